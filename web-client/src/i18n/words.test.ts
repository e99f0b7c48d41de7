import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { WAYS_OUT } from '../voice/failure.ts';
import { desk as deskEn } from './desk/en.ts';
import { desk as deskKo } from './desk/ko.ts';
import { desk as deskVi } from './desk/vi.ts';
import * as en from './en.ts';
import * as ko from './ko.ts';
import * as vi from './vi.ts';
import { fill, fillSentence, type Words } from './words.ts';

const languages: Record<string, Words> = { vi, en, ko };

/** Read by the name of a state, a cause or a way out; the types see to it that they exist. */
const byName = new Set([
  ...['joining', 'waiting', 'connecting', 'connected', 'unsteady', 'rejoining', 'alone'],
  ...Object.keys(vi.voice).filter((key) => key.startsWith('invited')),
  ...Object.values(WAYS_OUT),
  ...Object.keys(WAYS_OUT).flatMap((cause) => [cause, `${cause}How`]),
]);

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path) && !/\.test\.|i18n|generated|testing|clinic/.test(path))
  .map((path) => readFileSync(`src/${path}`, 'utf8'))
  .join('\n');

describe.each(Object.entries(languages))('%s', (_, words) => {
  test('says everything that Vietnamese says and nothing else', () => {
    expect(Object.keys(words.voice).sort()).toEqual(Object.keys(vi.voice).sort());
    expect(Object.keys(words.trouble).sort()).toEqual(Object.keys(vi.trouble).sort());
    expect(Object.keys(words.app).sort()).toEqual(Object.keys(vi.app).sort());
  });

  test('has no empty words, no codes, and the same places to fill', () => {
    for (const part of ['voice', 'trouble', 'app'] as const) {
      const original: Record<string, string> = languages.vi?.[part] ?? {};
      for (const [key, said] of Object.entries(words[part])) {
        expect(said.trim(), key).toBe(said);
        expect(said, key).not.toBe('');
        expect(said, key).not.toMatch(/\b[45]\d\d\b|error|lỗi/i);
        expect(said.match(/\{\w+\}/g), key).toEqual(original[key]?.match(/\{\w+\}/g) ?? null);
      }
    }
  });

  test('labels of the four controls fit their 80 px at 360 px', () => {
    const { voice, app } = words;
    const labels = [voice.mute, voice.unmute, app.cameraOff, app.cameraOn, app.chat, app.leave];
    for (const label of labels) expect(width(label), label).toBeLessThanOrEqual(11);
  });

  test('labels of the second row fit their 80 px at 360 px', () => {
    const { app } = words;
    const people = fill(app.peopleCount, { count: 8 });
    const labels = [app.raiseHand, app.lowerHand, people, app.flipCamera, app.more];
    for (const label of labels) expect(width(label), label).toBeLessThanOrEqual(12);
  });

  test('what the practitioner presses about who waits fits three to a row, in two lines at most', () => {
    const { app } = words;
    for (const label of [app.admit, app.hold, app.deny]) {
      const longest = Math.max(...label.split(' ').map(width));
      expect(longest, label).toBeLessThanOrEqual(9);
      expect(width(label), label).toBeLessThanOrEqual(14);
    }
  });

  test('the line about the own voice stays one line at 360 px, so that nothing jumps', () => {
    const { app } = words;
    const lines = [
      app.voiceClear,
      app.voiceQuiet,
      app.voiceMuted,
      app.voiceNotYet,
      app.voiceWaiting,
      app.voiceWithheld,
    ];
    for (const line of lines) expect(width(line), line).toBeLessThanOrEqual(28);
  });

  test('the big buttons’ words fit one line at 360 px', () => {
    const { voice, trouble, app } = words;
    const labels = [
      voice.join,
      voice.again,
      voice.tapToHear,
      trouble.copyLink,
      trouble.openSafe,
      trouble.openBrowser,
      trouble.useHere,
      trouble.reload,
      app.enterAgain,
      trouble.seeVisit,
    ];
    for (const label of labels) expect(width(label), label).toBeLessThanOrEqual(18);
  });
});

test('practitioners’ words are the same in every language, none is empty and none unused', () => {
  for (const desk of [deskEn, deskKo]) {
    expect(Object.keys(desk)).toEqual(Object.keys(deskVi));
    for (const [key, said] of Object.entries(desk)) {
      const original = deskVi[key as keyof typeof deskVi];
      expect(said.trim(), key).not.toBe('');
      expect(said.match(/\{\w+\}/g), key).toEqual(original.match(/\{\w+\}/g));
    }
  }
  const unused = Object.keys(deskVi).filter(
    (key) => !new RegExp(`words\\.${key}\\b`).test(sources),
  );
  expect(unused.filter((key) => key !== 'notes' && key !== 'summary')).toEqual([]);
});

test('no words lie unused', () => {
  for (const key of [
    ...Object.keys(vi.voice),
    ...Object.keys(vi.trouble),
    ...Object.keys(vi.app),
  ]) {
    const isUsed =
      byName.has(key) || new RegExp(`([wW]ords(\\.voice)?|all)\\.${key}\\b`).test(sources);
    expect(isUsed, key).toBe(true);
  }
});

test('places are filled, and unknown ones left to be seen', () => {
  expect(fill('{count} tin mới', { count: 3 })).toBe('3 tin mới');
  expect(fill('{name}', {})).toBe('{name}');
});

test('a sentence begins large, whatever is filled in', () => {
  expect(fillSentence('{who} sẽ gọi.', { who: 'đợi' })).toBe('Đợi sẽ gọi.');
  expect(fillSentence('Wait. {who} will call.', { who: 'the clinician' })).toBe(
    'Wait. The clinician will call.',
  );
  expect(fillSentence('Bác đợi, {who} sẽ gọi.', { who: 'người khám' })).toBe(
    'Bác đợi, người khám sẽ gọi.',
  );
});

/** In Latin letters: a Hangul syllable is about twice as wide. */
function width(label: string): number {
  return [...label].reduce(
    (sum, letter) => sum + (letter >= '\u1100' && letter > '\u2fff' ? 1.8 : 1),
    0,
  );
}
