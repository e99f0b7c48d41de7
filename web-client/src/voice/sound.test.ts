import { expect, test } from 'vitest';
import { watchInterruptions } from '../app/interruption.ts';
import { FakeClock } from '../testing/clock.ts';
import { FakeElement, FakeStream } from '../testing/peer.ts';
import { Sound } from './sound.ts';

/** As browsers have it: without a tap an element that was never started by one may not play. */
class FakeContext extends EventTarget {
  state = 'suspended';
  isClosed = false;
  mayResume = true;

  async resume(): Promise<void> {
    if (this.mayResume) this.become('running');
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  become(state: string): void {
    this.state = state;
    this.dispatchEvent(new Event('statechange'));
  }
}

function world() {
  const clock = new FakeClock();
  const context = new FakeContext();
  const elements: FakeElement[] = [];
  const sound = new Sound(2, {
    element() {
      const element = new FakeElement();
      elements.push(element);
      return element as unknown as HTMLVideoElement;
    },
    context: () => context as unknown as AudioContext,
  });
  const log: string[] = [];
  const ended = new AbortController();
  const page = Object.assign(new EventTarget(), { isVisible: true });
  const devices = new EventTarget();
  watchInterruptions(
    {
      wake: () => undefined,
      silence: () => log.push('tap'),
      play: () => log.push('plays'),
    },
    { check: async () => void log.push('wake') },
    sound,
    { document: page, devices, isVisible: () => page.isVisible, after: clock.after },
    ended.signal,
  );
  const see = (isVisible: boolean) => {
    page.isVisible = isVisible;
    page.dispatchEvent(new Event('visibilitychange'));
  };
  return { clock, context, elements, sound, log, ended, devices, see };
}

test('the tap starts every element and the context, empty as they are', () => {
  const { elements, context } = world();
  expect(elements.map(({ plays, srcObject }) => [plays, srcObject])).toEqual([
    [1, null],
    [1, null],
  ]);
  expect(context.state).toBe('running');
});

test('forty minutes later the very same elements play, and nobody is asked to tap', async () => {
  const { clock, elements, sound, log } = world();
  const before = [...sound.elements];
  await clock.advance(40 * 60_000);
  for (const element of elements) element.srcObject = new FakeStream();
  sound.wake();
  expect(sound.elements).toEqual(before);
  expect(elements.every(({ paused }) => !paused)).toBe(true);
  expect(sound.isStopped()).toBe(false);
  expect(log).toEqual([]);
});

test('a ringing telephone: plays again by itself when the page is seen', async () => {
  const { clock, context, elements, log, see } = world();
  await clock.advance(2000);
  see(false);
  context.mayResume = false;
  context.become('interrupted');
  const [first] = elements;
  if (first) Object.assign(first, { paused: true, srcObject: new FakeStream() });
  first?.dispatchEvent(new Event('pause'));
  await clock.advance(10_000);
  expect([first?.paused, log]).toEqual([true, []]);
  context.mayResume = true;
  see(true);
  await clock.advance(1500);
  expect([first?.paused, context.state, log]).toEqual([false, 'running', ['wake']]);
});

test('what does not wake by itself wants a tap, and the button goes when it has woken', async () => {
  const { clock, context, log } = world();
  await clock.advance(2000);
  context.mayResume = false;
  context.become('interrupted');
  await clock.advance(1499);
  expect(log).toEqual([]);
  await clock.advance(1);
  expect(log).toEqual(['tap']);
  context.become('running');
  await clock.advance(1500);
  expect(log).toEqual(['tap', 'plays']);
});

test('an element that is stopped again and again is no reason for a loop', async () => {
  const { clock, elements } = world();
  const [first] = elements;
  if (!first) return;
  await clock.advance(2000);
  first.srcObject = new FakeStream();
  first.refusal = new DOMException('', 'NotAllowedError');
  first.paused = true;
  const before = first.plays;
  for (let i = 0; i < 100; i++) first.dispatchEvent(new Event('pause'));
  expect(first.plays).toBe(before + 1);
});

test('a context that never ran costs the level meter and no tap', async () => {
  const { clock, context, log } = world();
  context.state = 'suspended';
  context.mayResume = false;
  await clock.advance(10_000);
  expect(log).toEqual([]);
});

test('a device that comes or goes is looked at', async () => {
  const { devices, log } = world();
  devices.dispatchEvent(new Event('devicechange'));
  expect(log).toEqual(['wake']);
});

test('the end watches nothing more and closes the context', async () => {
  const { ended, see, log, sound, context, clock } = world();
  ended.abort();
  sound.close();
  see(true);
  context.become('interrupted');
  await clock.advance(10_000);
  expect([log, context.isClosed, clock.pending]).toEqual([[], true, 0]);
});
