import { expect, test } from 'vitest';
import { markPrivate } from './private.ts';

const marked = (code: string) => markPrivate('one.ts', code);

test('private members are marked where the class speaks of them, and nothing else is', () => {
  expect(
    marked(`class Call {
  state = 1;
  private path: Path = 'joining';
  private async ask(path: string) { return this.path + path + this.state + other.path; }
  go() { const { path, state } = this; return this.ask({ path, ask: 1 }.path); }
}`),
  ).toBe(`class Call {
  state = 1;
  private path_: Path = 'joining';
  private async ask_(path: string) { return this.path_ + path + this.state + other.path; }
  go() { const { path_: path, state } = this; return this.ask_({ path, ask: 1 }.path); }
}`);
});

test('a parameter that is a member is marked in its constructor, too', () => {
  expect(
    marked(`class Peer {
  constructor(private readonly parts: Parts, readonly open = 1, private events = none) {
    use(parts.events, { parts: events });
    this.events = this.open;
  }
}`),
  ).toBe(`class Peer {
  constructor(private readonly parts_: Parts, readonly open = 1, private events_ = none) {
    use(parts_.events, { parts: events_ });
    this.events_ = this.open;
  }
}`);
});

test('two classes of one file do not mix', () => {
  expect(marked('class A { private x = 1; } class B { x = 2; y() { return this.x; } }')).toBe(
    'class A { private x_ = 1; } class B { x = 2; y() { return this.x; } }',
  );
});
