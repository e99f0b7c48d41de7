import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CANCEL_REASONS, PRIORITIES, SCOPE_ORDER, STAFF_ROLE_ORDER } from '../../clinic/say.ts';
import * as en from './en.ts';
import * as ko from './ko.ts';
import * as vi from './vi.ts';
import type { ClinicWords } from './words.ts';

type Groups = Readonly<Record<string, Readonly<Record<string, string>>>>;

const languages: Record<string, ClinicWords> = { vi, en, ko };
const original: Groups = vi;

const sources = readdirSync('src/clinic', { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path) && !path.includes('.test.'))
  .map((path) => readFileSync(`src/clinic/${path}`, 'utf8'))
  .join('\n');

/** `group.key` of every word. */
const keysOf = (words: Groups) =>
  Object.entries(words)
    .flatMap(([group, own]) => Object.keys(own).map((key) => `${group}.${key}`))
    .sort();

describe.each(Object.entries(languages))('%s', (_, words) => {
  test('says everything that Vietnamese says and nothing else', () => {
    expect(keysOf(words as Groups)).toEqual(keysOf(original));
  });

  test('has no empty words, no codes, and the same places to fill', () => {
    for (const [group, own] of Object.entries(words as Groups)) {
      for (const [key, said] of Object.entries(own)) {
        const name = `${group}.${key}`;
        expect(said.trim(), name).toBe(said);
        expect(said, name).not.toBe('');
        expect(said, name).not.toMatch(/\b[45]\d\d\b|error|lỗi/i);
        const places = (text: string | undefined) => text?.match(/\{\w+\}/g)?.sort() ?? [];
        expect(places(said), name).toEqual(places(original[group]?.[key]));
      }
    }
  });
});

test('no words lie unused', () => {
  // Read by the name of what they are about; the types see to it that they exist.
  const byName = new Set<string>([
    ...PRIORITIES,
    ...['created', 'passwordSet', 'invited', 'active', 'disabled', 'treating', 'advising'],
    ...Object.keys(vi.log),
  ]);
  expect([CANCEL_REASONS, STAFF_ROLE_ORDER, SCOPE_ORDER].map((all) => all.length)).toEqual([
    6, 4, 4,
  ]);
  for (const name of keysOf(original)) {
    const [group = '', key = ''] = name.split('.');
    const isUsed =
      byName.has(key) ||
      new RegExp(`\\b(${group}|words)\\.${key}\\b`).test(sources) ||
      sources.includes(`'${key}'`);
    expect(isUsed, name).toBe(true);
  }
});
