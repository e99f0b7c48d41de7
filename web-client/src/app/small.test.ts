/** The app's small pure parts, one behaviour each. */
import { describe, expect, test } from 'vitest';
import { app as words } from '../i18n/vi.ts';
import { fakeCall } from '../testing/call.ts';
import { bytesOf, DataUsed, megabytes } from './datause.ts';
import { endingOf, endOfError } from './ending.ts';
import { languageName, languagePair } from './languages.ts';
import { ServerClock } from './serverclock.ts';
import { titleOf } from './title.ts';
import { withTurn } from './turn.ts';
import { afterLook, strong, type WeakMark } from './weak.ts';

describe('the server’s clock', () => {
  test('runs with the page and is corrected upwards only', () => {
    let local = 100;
    const clock = new ServerClock(() => local);
    expect(clock.now()).toBeUndefined();
    clock.hear(50_000);
    local += 1000;
    expect(clock.now()).toBe(51_000);
    // Said long ago: tells less than what is known.
    clock.hear(20_000);
    expect(clock.now()).toBe(51_000);
    clock.hear(60_000);
    expect(clock.now()).toBe(60_000);
  });
});

test('a person’s newest wish replaces the older one', () => {
  let turns = withTurn([], { seat: 2, kind: 'pause' });
  turns = withTurn(turns, { seat: 3, kind: 'repeat' });
  turns = withTurn(turns, { seat: 2, kind: 'slower' });
  expect(turns).toEqual([
    { seat: 3, kind: 'repeat' },
    { seat: 2, kind: 'slower' },
  ]);
});

test('a link is weak after two bad looks and strong after four good ones', () => {
  const marks: boolean[] = [];
  let mark: WeakMark = strong;
  for (const weakness of ['voice', 'none', 'voice', 'pictures', ...Array(4).fill('none')]) {
    mark = afterLook(mark, weakness);
    marks.push(mark.isWeak);
  }
  expect(marks).toEqual([false, false, false, true, true, true, true, false]);
});

test('data is counted as a phone’s bill does', () => {
  expect(megabytes(99_999, 'vi')).toBeUndefined();
  expect(megabytes(440_000, 'vi')).toBe('0,4');
  expect(megabytes(3_250_000, 'en')).toBe('3.3');
  expect(megabytes(123_400_000, 'vi')).toBe('123');
});

describe('languages', () => {
  test('have short names in the reader’s language', () => {
    expect(languagePair(['vi', 'ko'], 'vi')).toBe('Việt ⇄ Hàn');
    expect(languagePair(['vi', 'ko'], 'en')).toBe('Vietnamese ⇄ Korean');
  });

  test('have a name where browsers know none, and never an empty one', () => {
    expect(languageName('tyz', 'ko')).toBe('Tày');
    expect(languageName('hmv', 'en')).toBe('Mông');
    expect(languageName('qqq', 'vi')).toBe('qqq');
    expect(languageName('vi', 'not a locale!')).toBe('vi');
  });
});

describe('the tab', () => {
  const facts = { base: 'Nhịp Cầu', waiting: 0, isWaiting: false, isCalled: false };

  test('counts who waits before it says anything else', () => {
    expect(titleOf({ ...facts, waiting: 2, isCalled: true }, words)).toMatch(/^\(2\) /);
  });

  test('tells who waits that they wait, and that they are called', () => {
    expect(titleOf({ ...facts, isWaiting: true }, words)).toContain(words.titleWaiting);
    expect(titleOf({ ...facts, isCalled: true }, words)).toContain(words.titleCalled);
    expect(titleOf(facts, words)).toBe('Nhịp Cầu');
  });
});

describe('being out', () => {
  const call = fakeCall().call.state;

  test('has one cause, from wherever it was learnt', () => {
    expect(endingOf('left', call)).toBe('left');
    expect(endingOf('closed', call)).toBe('ended');
    expect(endingOf('revoked', call)).toBe('linkRevoked');
    expect(endingOf('drain', call)).toBe('serverAway');
    expect(endingOf(undefined, { ...call, failure: 'denied' })).toBe('denied');
  });

  test('is the end of the consultation when the link opens nothing any more', () => {
    expect(endingOf(undefined, { ...call, failure: 'linkUnknown' })).toBe('ended');
    expect(endingOf(undefined, { ...call, failure: 'linkExpired' })).toBe('ended');
  });

  test('is learnt from the socket too', () => {
    expect(endOfError('taken_over')).toBe('takenOver');
    expect(endOfError('ended')).toBe('closed');
    expect(endOfError('forbidden')).toBeUndefined();
  });
});

test('the data used is that of all transports of the visit', () => {
  const used = new DataUsed();
  const [first, second] = [{}, {}];
  expect(used.look(first, 100)).toBe(100);
  expect(used.look(first, 150)).toBe(150);
  // A closing connection forgets; the bill does not.
  expect(used.look(first, 0)).toBe(150);
  expect(used.look(second, 20)).toBe(170);
  expect(used.look(second, 30)).toBe(180);
});

test('what the paths have carried both ways is what is paid for', () => {
  const stats = [
    { type: 'candidate-pair', bytesSent: 100, bytesReceived: 20 },
    { type: 'candidate-pair', bytesSent: 1, bytesReceived: 2 },
    { type: 'inbound-rtp', bytesReceived: 1000 },
  ];
  expect(bytesOf(stats)).toBe(123);
});
