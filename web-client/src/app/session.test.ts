import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as vietnamese from '../i18n/vi.ts';
import type { ServerMessage } from '../protocol/generated/messages.ts';
import { EventSocket } from '../signaling/socket.ts';
import { fakeCall, joinedAs } from '../testing/call.ts';
import { settled } from '../testing/clock.ts';
import { fakeNetwork } from '../testing/socket.ts';
import { failureWords } from '../voice/failure.ts';
import type { Stage } from '../voice/stage.ts';
import { createModel } from './model.ts';
import { startSession } from './session.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] });
});

afterEach(() => {
  vi.useRealTimers();
});

const you = { seat: 1, name: 'Lan', role: 'practitioner' as const, present: true };
const seats = [
  { ...you, microphone: true, camera: true },
  { ...you, seat: 2, name: 'Páo', role: 'patient' as const, microphone: true, camera: true },
];
const welcome: ServerMessage = { type: 'welcome', you: 1, seats, chat: [] };

async function session() {
  const world = fakeCall();
  world.server.answer = async () => joinedAs({ resume: 'first', seats });
  await world.call.start();
  world.peers[0]?.events.state('connected');
  const network = fakeNetwork();
  let entered = 0;
  const stage = {
    call: world.call,
    elements: [],
    language: 'vi',
    words: vietnamese.voice,
    appWords: undefined,
    level: () => ({ bars: 2, spokeLately: true }),
    failure: (cause: Parameters<Stage['failure']>[0]) => failureWords(cause, vietnamese.voice),
    enterAgain: () => entered++,
  } as unknown as Stage;
  const model = createModel(stage, vietnamese.app);
  const { actions, end } = startSession(
    stage,
    model,
    (resume, events) => new EventSocket(resume, events, network.environment),
  );
  const last = () => network.sockets.at(-1);
  const greet = () => {
    last()?.open();
    last()?.say(welcome);
  };
  greet();
  return { ...world, network, model, actions, end, last, greet, entered: () => entered };
}

test('opens the socket with the join’s token and tells its own mute state once', async () => {
  const { last, actions } = await session();
  expect(last()?.sent).toEqual([
    { type: 'hello', version: 1, resume: 'first' },
    { type: 'media', microphone: true, camera: true },
  ]);
  actions.toggleMicrophone();
  expect(last()?.sent.slice(2)).toEqual([{ type: 'media', microphone: false, camera: true }]);
});

test('a rejoin closes the old socket before it asks, and opens one with the new token', async () => {
  const { last, network, server, attempts } = await session();
  let closedBefore = false;
  server.answer = async () => {
    closedBefore = network.sockets[0]?.closed === true;
    return joinedAs({ resume: 'second', seats });
  };
  last()?.say({ type: 'rejoin', reason: 'transportLost' });
  await settled();
  expect(closedBefore).toBe(true);
  expect(attempts).toHaveLength(2);
  last()?.open();
  expect(last()?.sent[0]).toMatchObject({ resume: 'second' });
});

test('what was written without a network goes out with the next welcome, under one ref', async () => {
  const { last, model, actions, network, greet } = await session();
  last()?.break();
  actions.say('  tôi nghe rõ ');
  expect(model.chat.value.pending).toMatchObject([{ text: 'tôi nghe rõ' }]);
  await network.clock.advance(500);
  greet();
  const [chat] = (last()?.sent ?? []).filter((one) => (one as ServerMessage).type === 'chat');
  expect(chat).toMatchObject({ text: 'tôi nghe rõ', ref: model.chat.value.pending[0]?.ref });
  last()?.say({ id: 1, seat: 1, at: 5, ...(chat as object) });
  expect(model.chat.value).toMatchObject({ pending: [], entries: [{ text: 'tôi nghe rõ' }] });
});

test('a message that gets no receipt is sent again under its ref', async () => {
  const { last, actions } = await session();
  actions.say('nghe không?');
  vi.advanceTimersByTime(10_000);
  const sent = (last()?.sent ?? []).filter((one) => (one as ServerMessage).type === 'chat');
  expect(sent).toHaveLength(2);
  expect(sent[1]).toEqual(sent[0]);
});

test('being away is said only after a while', async () => {
  const { last, model } = await session();
  last()?.break();
  expect(model.eventsAway.value).toBe(false);
  vi.advanceTimersByTime(4000);
  expect(model.eventsAway.value).toBe(true);
});

test('another device in the same seat ends this one, and nothing brings it back by itself', async () => {
  const { last, model, call, peers, network } = await session();
  last()?.say({ type: 'ended', reason: 'takenOver' });
  expect(model.ended.value).toBe('takenOver');
  expect(call.state.link).toBe('over');
  expect(peers[0]?.closed).toBe(true);
  await network.clock.advance(60_000);
  expect(network.sockets).toHaveLength(1);
});

test('a server that drains or no longer knows the token is joined anew', async () => {
  for (const message of [
    { type: 'ended', reason: 'drain' },
    { type: 'error', code: 'link_unknown', message: '' },
  ]) {
    const { last, attempts, call } = await session();
    last()?.say(message);
    await settled();
    expect(attempts).toHaveLength(2);
    expect(call.state.link).toBe('connecting');
  }
});

test('leaving tells the server, ends the call, and one tap leads back', async () => {
  const { last, actions, model, call, entered } = await session();
  actions.askToLeave(true);
  expect([model.leaving.value, call.state.link]).toEqual([true, 'connected']);
  actions.leave();
  expect(last()?.sent.at(-1)).toEqual({ type: 'leave' });
  expect(last()?.closed).toBe(true);
  expect([model.ended.value, call.state.link]).toEqual(['left', 'over']);
  actions.enterAgain();
  expect(entered()).toBe(1);
});

test('people and messages of the server are in the model', async () => {
  const { last, model } = await session();
  last()?.say({ type: 'mediaChanged', seat: 2, microphone: false, camera: false });
  expect(model.tiles.value).toMatchObject([{ name: 'Páo', muted: true, picture: 'off' }]);
  last()?.say({ type: 'chat', id: 1, seat: 2, text: 'chào', at: 1 });
  expect(model.chat.value.unread).toBe(1);
});

test('the end leaves no timer and no socket', async () => {
  const { end, last, call, model } = await session();
  end();
  expect(vi.getTimerCount()).toBe(0);
  expect(last()?.closed).toBe(true);
  call.setMicrophone(false);
  expect(model.call.value.microphone).toBe(true);
});
