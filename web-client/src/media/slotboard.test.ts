import { expect, test } from 'vitest';
import { FakeClock } from '../testing/clock.ts';
import { FakeElement, FakeReceiver, FakeStream } from '../testing/peer.ts';
import { SlotBoard, type SlotReceivers } from './slotboard.ts';
import type { Slot } from './slots.ts';

function board() {
  const clock = new FakeClock();
  const elements = [new FakeElement(), new FakeElement()];
  for (const element of elements) element.srcObject = new FakeStream();
  const receivers = elements.map(() => ({
    audio: new FakeReceiver('audio'),
    video: new FakeReceiver('video'),
  }));
  const log: string[] = [];
  let slots: readonly Slot[] = [];
  const made = new SlotBoard(
    elements as unknown as HTMLMediaElement[],
    receivers as unknown as SlotReceivers[],
    {
      slots(now) {
        slots = now;
        log.push(`labels ${now.map(({ seat }) => seat)}`);
      },
      plan: (plan) => log.push(`plan ${plan.encodings}`),
      heard: () => log.push('heard'),
      send(message) {
        const state = elements.map(({ muted, dataset }) => `${muted} ${dataset.state}`);
        log.push(`ready ${new Uint8Array(message)} while ${state[0]}`);
      },
    },
    { now: clock.now, after: clock.after, painted: () => Promise.resolve() },
  );
  const decode = (slot: number, keyFrames: number, frames: number) => {
    const video = receivers[slot]?.video;
    if (video) {
      video.stats = [{ kind: 'video', keyFramesDecoded: keyFrames, framesDecoded: frames }];
    }
  };
  return { clock, elements, receivers, log, board: made, decode, slots: () => slots };
}

const assigned = (slot: number, epoch: number, seat: number) =>
  new Uint8Array([1, slot, epoch >> 8, epoch, seat >> 8, seat]).buffer;

test('the elements are an older peer’s before the join is answered, and silent at the end', () => {
  const { elements, board: one } = board();
  const [first] = elements;
  if (first) Object.assign(first, { muted: false }).dataset.state = 'live';
  expect(first).toMatchObject({ muted: false, dataset: { state: 'live' } });
  one.begin([]);
  for (const element of elements) {
    // Nobody was in it, and who comes first may be heard before the name.
    expect(element).toMatchObject({ muted: false, dataset: { state: 'blank' } });
  }
  one.close();
  for (const element of elements) {
    expect(element).toMatchObject({ muted: true, dataset: { state: 'blank' } });
  }
});

test('a board that was never begun leaves the elements alone when it is closed', () => {
  const { elements, board: one } = board();
  const [first] = elements;
  if (first) first.muted = false;
  one.close();
  expect(first?.muted).toBe(false);
});

test('owners of the join are heard at once and shown with their pictures', async () => {
  const world = board();
  world.board.begin([{ slot: 0, epoch: 1, seat: 2 }]);
  expect(world.elements.map(({ muted }) => muted)).toEqual([false, false]);
  world.decode(0, 1, 3);
  await world.clock.advance(500);
  expect(world.elements[0]?.dataset.state).toBe('live');
  expect(world.elements[0]?.srcObject?.getVideoTracks()).toHaveLength(1);
});

test('a picture that never comes is not added, or the voice would wait for it', async () => {
  const world = board();
  world.board.begin([{ slot: 0, epoch: 1, seat: 2 }]);
  await world.clock.advance(3000);
  expect(world.elements[0]?.srcObject?.getVideoTracks()).toHaveLength(0);
});

test('tells once when the first sound has been played', async () => {
  const world = board();
  world.board.begin([{ slot: 1, epoch: 1, seat: 2 }]);
  await world.clock.advance(300);
  expect(world.log).not.toContain('heard');
  const audio = world.receivers[1]?.audio;
  if (audio) audio.sources = [{}];
  await world.clock.advance(1000);
  expect(world.log.filter((line) => line === 'heard')).toHaveLength(1);
});

test('a hand-over blanks, labels and only then says ready', async () => {
  const world = board();
  world.board.begin([{ slot: 0, epoch: 1, seat: 2 }]);
  world.decode(0, 1, 30);
  await world.clock.advance(500);
  world.log.length = 0;

  world.board.handle(assigned(0, 2, 3));
  expect(world.elements[0]).toMatchObject({ muted: true, dataset: { state: 'blank' } });
  await world.clock.advance(0);
  expect(world.log.at(0)).toBe('labels 3,0');
  expect(world.log.at(-1)).toBe('ready 2,0,0,2 while true blank');

  world.decode(0, 1, 40);
  await world.clock.advance(2500);
  expect(world.elements[0]).toMatchObject({ muted: false, dataset: { state: 'blank' } });

  world.decode(0, 2, 41);
  await world.clock.advance(1500);
  expect(world.elements[0]).toMatchObject({ muted: false, dataset: { state: 'live' } });
});

test('of two hand-overs at once only the newer one is answered for', async () => {
  const world = board();
  world.board.begin([]);
  world.board.handle(assigned(0, 2, 3));
  world.board.handle(assigned(0, 3, 4));
  await world.clock.advance(0);
  expect(world.log.filter((line) => line.startsWith('ready'))).toEqual([
    'ready 2,0,0,3 while true blank',
  ]);
  expect(world.slots()[0]).toMatchObject({ epoch: 3, seat: 4 });
});

test('an assignment that is already in place is answered without blanking', async () => {
  const world = board();
  world.board.begin([{ slot: 0, epoch: 1, seat: 2 }]);
  world.board.handle(assigned(0, 1, 2));
  await world.clock.advance(0);
  expect(world.log.at(-1)).toBe('ready 2,0,0,1 while false blank');
});

test('a stale assignment and a slot that is not there change nothing', async () => {
  const world = board();
  world.board.begin([{ slot: 0, epoch: 9, seat: 2 }]);
  const before = [...world.log];
  world.board.handle(assigned(0, 8, 3));
  world.board.handle(assigned(7, 10, 3));
  await world.clock.advance(0);
  expect(world.log).toEqual(before);
});

test('ends with everything silent, blank and no timer', async () => {
  const world = board();
  world.board.begin([{ slot: 0, epoch: 1, seat: 2 }]);
  world.board.close();
  await world.clock.advance(10_000);
  expect(world.clock.pending).toBe(0);
  expect(world.elements[0]).toMatchObject({ muted: true, dataset: { state: 'blank' } });
});

test('a hand-over under way does not survive the end', async () => {
  const world = board();
  world.board.begin([]);
  world.board.handle(assigned(0, 2, 3));
  world.board.close();
  await world.clock.advance(1000);
  expect(world.log.filter((line) => line.startsWith('ready'))).toEqual([]);
});

test('an assignment that is told twice is answered once the tile is blank, and again when asked again', async () => {
  const world = board();
  world.board.begin([{ slot: 0, epoch: 1, seat: 2 }]);
  world.board.handle(assigned(0, 2, 3));
  world.board.handle(assigned(0, 2, 3));
  const ready = () => world.log.filter((line) => line.startsWith('ready'));
  expect(ready()).toEqual([]);
  await world.clock.advance(0);
  expect(ready()).toEqual(['ready 2,0,0,2 while true blank']);
  world.board.handle(assigned(0, 2, 3));
  await world.clock.advance(0);
  expect(ready()).toHaveLength(2);
});

test('the first owner ever is heard before the name, and labelled before SlotReady', async () => {
  const world = board();
  world.board.begin([]);
  const audio = world.receivers[0]?.audio;
  if (audio) audio.sources = [{}];
  await world.clock.advance(300);
  expect(world.log).toContain('heard');
  world.log.length = 0;

  world.board.handle(assigned(0, 1, 2));
  world.board.handle(assigned(0, 1, 2));
  expect(world.elements[0]).toMatchObject({ muted: false, dataset: { state: 'blank' } });
  await world.clock.advance(0);
  expect(world.log.at(0)).toBe('labels 2,0');
  expect(world.log.filter((line) => line.startsWith('ready'))).toEqual([
    'ready 2,0,0,1 while false blank',
  ]);

  world.decode(0, 1, 1);
  await world.clock.advance(200);
  expect(world.elements[0]).toMatchObject({ muted: false, dataset: { state: 'live' } });

  // Whoever comes next is taken for nobody else.
  world.board.handle(assigned(0, 2, 3));
  expect(world.elements[0]).toMatchObject({ muted: true, dataset: { state: 'blank' } });
});
