import { expect, test } from 'vitest';
import type { ServerMessage } from '../protocol/generated/messages.ts';
import { fakeNetwork } from '../testing/socket.ts';
import { EventSocket } from './socket.ts';

const welcome = { type: 'welcome', you: 1, seats: [], chat: [], locked: false, now: 1 };

function connected() {
  const network = fakeNetwork();
  const ready: boolean[] = [];
  const messages: ServerMessage[] = [];
  const socket = new EventSocket(
    'token',
    { ready: (is) => ready.push(is), message: (message) => messages.push(message) },
    network.environment,
  );
  return { ...network, socket, ready, messages, last: () => network.sockets.at(-1) };
}

test('says hello with the resume token first, and is ready with the welcome', () => {
  const { last, ready, socket } = connected();
  last()?.open();
  expect(last()?.sent).toEqual([{ type: 'hello', version: 1, resume: 'token' }]);
  expect(socket.send({ type: 'leave' })).toBe(false);
  last()?.say(welcome);
  expect(ready).toEqual([true]);
  expect(socket.send({ type: 'leave' })).toBe(true);
  expect(last()?.sent.at(-1)).toEqual({ type: 'leave' });
});

test('comes back after a break, with hello again, slower each time up to a bound', async () => {
  const { sockets, clock, last } = connected();
  last()?.open();
  last()?.say(welcome);
  for (const wait of [500, 1000, 2000, 4000, 4000]) {
    const before = sockets.length;
    last()?.break();
    await clock.advance(wait - 1);
    expect(sockets).toHaveLength(before);
    await clock.advance(1);
    expect(sockets).toHaveLength(before + 1);
  }
  last()?.open();
  expect(last()?.sent).toEqual([{ type: 'hello', version: 1, resume: 'token' }]);
  last()?.say(welcome);
  last()?.break();
  await clock.advance(500);
  expect(last()?.sent).toEqual([]);
});

test('goes at once when the network is back', async () => {
  const { sockets, last, comeOnline } = connected();
  last()?.break();
  comeOnline();
  expect(sockets).toHaveLength(2);
});

test('a server that takes the socket and says nothing is left', async () => {
  const { sockets, clock, last } = connected();
  last()?.open();
  await clock.advance(6500);
  expect(sockets[0]?.closed).toBe(true);
  expect(sockets).toHaveLength(2);
});

test('ignores what it cannot read or does not know', () => {
  const { last, messages } = connected();
  last()?.open();
  last()?.say(welcome);
  for (const message of ['no json', { type: 'applause' }, { type: 'seatGone' }])
    last()?.say(message);
  expect(messages.map(({ type }) => type)).toEqual(['welcome']);
});

test('tells that it is away, and nothing twice', async () => {
  const { last, ready, clock } = connected();
  last()?.open();
  last()?.say(welcome);
  last()?.break();
  await clock.advance(500);
  last()?.break();
  expect(ready).toEqual([true, false]);
});

test('ends for good', async () => {
  const { sockets, clock, last, socket, comeOnline } = connected();
  last()?.open();
  socket.close();
  comeOnline();
  await clock.advance(60_000);
  expect(sockets).toHaveLength(1);
  expect(sockets[0]?.closed).toBe(true);
  expect(clock.pending).toBe(0);
});
