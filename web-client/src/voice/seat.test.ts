import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { settled } from '../testing/clock.ts';
import { forgetSeat, keepSeat, keptSeat } from './seat.ts';
import { holdSeat, isHeldElsewhere } from './seatlock.ts';

/** Locks of one origin, shared by its tabs. */
class FakeLocks {
  private readonly queues = new Map<string, Promise<unknown>>();

  request(name: string, { signal }: { signal: AbortSignal }, run: () => unknown): Promise<unknown> {
    const before = this.queues.get(name) ?? Promise.resolve();
    const aborted = new Promise<never>((_, reject) =>
      signal.addEventListener('abort', () => reject(new DOMException('', 'AbortError'))),
    );
    let begun = false;
    const turn = before.then(() => {
      if (signal.aborted) return;
      begun = true;
      return run();
    });
    this.queues.set(name, turn);
    return Promise.race([turn, aborted.catch((error) => (begun ? turn : Promise.reject(error)))]);
  }
}

const locks = () => new FakeLocks() as unknown as LockManager;
const seat = { link: 'link', resume: 'token', microphone: false, camera: true };

beforeEach(() => {
  const store = new Map<string, string>();
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => store.get(key) ?? null,
    setItem: (key: string, value: string) => store.set(key, value),
    removeItem: (key: string) => store.delete(key),
  });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test('a reload finds its seat with what was chosen; another link finds none', () => {
  keepSeat(seat);
  expect(keptSeat('link')).toEqual(seat);
  expect(keptSeat('other')).toBeUndefined();
  forgetSeat();
  expect(keptSeat('link')).toBeUndefined();
});

test.each(['no json', 'null', '{"link":"link"}', '{"link":"link","resume":7}'])(
  'what is not a seat is none: %s',
  (text) => {
    sessionStorage.setItem('seat', text);
    expect(keptSeat('link')).toBeUndefined();
  },
);

test('a browser that keeps nothing costs no more than the landing', () => {
  vi.stubGlobal('sessionStorage', undefined);
  expect(() => keepSeat(seat)).not.toThrow();
  expect(keptSeat('link')).toBeUndefined();
  expect(() => forgetSeat()).not.toThrow();
});

test('a duplicated tab learns that the first one sits there', async () => {
  const tabs = locks();
  const first = new AbortController();
  expect(await isHeldElsewhere('link', tabs)).toBe(false);
  holdSeat('link', first.signal, tabs);
  await settled();
  const asked = isHeldElsewhere('link', tabs);
  await vi.advanceTimersByTimeAsync(700);
  expect(await asked).toBe(true);
  expect(await isHeldElsewhere('another link', tabs)).toBe(false);
});

test('a reload waits for the page that it replaces to let go', async () => {
  const tabs = locks();
  const before = new AbortController();
  holdSeat('link', before.signal, tabs);
  await settled();
  const asked = isHeldElsewhere('link', tabs);
  await vi.advanceTimersByTimeAsync(300);
  before.abort();
  expect(await asked).toBe(false);
});

test('without locks the server is who notices', async () => {
  vi.stubGlobal('navigator', {});
  expect(await isHeldElsewhere('link')).toBe(false);
  expect(() => holdSeat('link', new AbortController().signal)).not.toThrow();
});
