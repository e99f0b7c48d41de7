import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as vietnamese from '../i18n/vi.ts';
import type { ClientMessage, Seat, ServerMessage } from '../protocol/generated/messages.ts';
import { EventSocket } from '../signaling/socket.ts';
import { fakeCall, joinedAs, planOf, seatOf } from '../testing/call.ts';
import { settled } from '../testing/clock.ts';
import { fakeNetwork } from '../testing/socket.ts';
import type { Stage } from '../voice/stage.ts';
import { createModel } from './model.ts';
import { startSession } from './session.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] });
});

afterEach(() => {
  vi.useRealTimers();
});

const TEXT = {
  version: 1,
  language: 'vi',
  hash: '0'.repeat(64),
  title: 'Đồng ý',
  paragraphs: [],
  boxes: [
    { scope: 'careByVideo' as const, words: 'khám qua video' },
    { scope: 'interpreterPresent' as const, words: 'có phiên dịch' },
  ],
};
const lan = seatOf({ name: 'Lan', role: 'practitioner' });
const pao = seatOf({ seat: 2, name: 'Páo' });
const waiting: Partial<Seat> = { admission: 'waiting', waitingSince: 1000, ahead: 1 };

async function session(seats: Seat[] = [lan, pao], isFront = seats[0]?.admission === 'admitted') {
  const world = fakeCall();
  world.server.answer = async () =>
    joinedAs({ resume: 'first', seats, transport: isFront ? 'new' : 'none' });
  await world.call.start();
  if (isFront) world.peers[0]?.become('connected');
  const network = fakeNetwork();
  let entered = 0;
  const stage = {
    call: world.call,
    elements: [],
    language: 'vi',
    words: vietnamese.voice,
    laterWords: undefined,
    enterAgain: () => entered++,
  } as unknown as Stage;
  const model = createModel(stage, vietnamese);
  const { actions, end } = startSession(stage, model, {
    care: world.care,
    openSocket: (resume, events) => new EventSocket(resume, events, network.environment),
    fetchConsentText: async () => TEXT,
  });
  const last = () => network.sockets.at(-1);
  const say = (message: ServerMessage) => last()?.say(message);
  const greet = () => {
    last()?.open();
    say({ type: 'welcome', you: 1, seats, chat: [], locked: false, now: 500_000 });
  };
  const sent = (type: ClientMessage['type']) =>
    ((last()?.sent ?? []) as ClientMessage[]).filter((one) => one.type === type);
  greet();
  return { ...world, network, model, actions, end, last, say, sent, greet, entered: () => entered };
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

test('tells a raised hand and a weak link once each, and again only to who does not know', async () => {
  const { last, actions, model, sent, network, greet } = await session();
  actions.raiseHand();
  expect(model.hand.value).toBe(true);
  model.seems.value = 'poor';
  expect(last()?.sent.slice(2)).toEqual([
    { type: 'hand', raised: true },
    { type: 'connection', network: 'poor' },
  ]);
  last()?.break();
  actions.raiseHand();
  await network.clock.advance(500);
  greet();
  // The server’s seat says “hand down”, which is what is wanted; of the network it says nothing.
  expect([sent('hand'), sent('connection')]).toEqual([
    [],
    [{ type: 'connection', network: 'poor' }],
  ]);
});

test('a hand that was up before a reload is up after it', async () => {
  const { model, sent } = await session([{ ...lan, hand: true }, pao]);
  expect(model.hand.value).toBe(true);
  expect(sent('hand')).toEqual([]);
});

test('a rejoin closes the old socket before it asks, and opens one with the new token', async () => {
  const { last, network, server, attempts, say } = await session();
  let closedBefore = false;
  server.answer = async () => {
    closedBefore = network.sockets[0]?.closed === true;
    return joinedAs({ resume: 'second', seats: [lan, pao] });
  };
  say({ type: 'rejoin', reason: 'transportLost' });
  await settled();
  expect(closedBefore).toBe(true);
  expect(attempts).toHaveLength(2);
  last()?.open();
  expect(last()?.sent[0]).toMatchObject({ resume: 'second' });
});

test('what was written without a network goes out with the next welcome, under one ref', async () => {
  const { last, model, actions, network, greet, sent } = await session();
  last()?.break();
  actions.say('  tôi nghe rõ ');
  expect(model.chat.value.pending).toMatchObject([{ text: 'tôi nghe rõ' }]);
  await network.clock.advance(500);
  greet();
  const [chat] = sent('chat');
  expect(chat).toMatchObject({ text: 'tôi nghe rõ', ref: model.chat.value.pending[0]?.ref });
  last()?.say({ id: 1, seat: 1, at: 5, ...(chat as object) });
  expect(model.chat.value).toMatchObject({ pending: [], entries: [{ text: 'tôi nghe rõ' }] });
});

test('a message that gets no receipt is sent again under its ref', async () => {
  const { actions, sent } = await session();
  actions.say('nghe không?');
  vi.advanceTimersByTime(10_000);
  expect(sent('chat')).toHaveLength(2);
  expect(sent('chat')[1]).toEqual(sent('chat')[0]);
});

test('a word aside goes to the one whose talk is open', async () => {
  const { actions, sent } = await session([lan, { ...pao, ...waiting }]);
  actions.openTalk(2);
  actions.say('chờ một chút nhé');
  expect(sent('chat')).toMatchObject([{ to: 2, text: 'chờ một chút nhé' }]);
});

test('being away is said only after a while', async () => {
  const { last, model } = await session();
  last()?.break();
  expect(model.eventsAway.value).toBe(false);
  vi.advanceTimersByTime(4000);
  expect(model.eventsAway.value).toBe(true);
});

test('a connection that is still being made is not told as lost', async () => {
  const { model, say } = await session();
  say({ type: 'rejoin', reason: 'transportLost' });
  await settled();
  vi.advanceTimersByTime(7900);
  expect([model.eventsReady.value, model.eventsAway.value]).toEqual([false, false]);
  vi.advanceTimersByTime(200);
  expect(model.eventsAway.value).toBe(true);
});

test('who waits comes in by the own seat’s word alone', async () => {
  const { say, call, model, server, attempts } = await session([
    { ...pao, seat: 1, ...waiting },
    lan,
  ]);
  expect([model.isWaiting.value, call.state.link]).toEqual([true, 'waiting']);
  const held = { ...pao, seat: 1, ...waiting, admission: 'held' } as const;
  say({ type: 'seatChanged', seat: held });
  expect([model.place.value.held, attempts.length]).toEqual([true, 1]);
  const admitted = { ...pao, seat: 1 };
  server.answer = async () => joinedAs({ resume: 'second', seats: [admitted] });
  say({ type: 'seatChanged', seat: admitted });
  await settled();
  expect([model.isWaiting.value, call.state.waiting, attempts.length]).toEqual([false, false, 2]);
});

test('whoever leads admits, and is told until the person is there', async () => {
  const { actions, sent, say, model } = await session([lan, { ...pao, ...waiting }]);
  expect(model.unnoticed.value).toHaveLength(1);
  actions.choose(2);
  actions.choose(2);
  expect([sent('openCard'), model.unnoticed.value]).toEqual([[{ type: 'openCard', seat: 2 }], []]);
  actions.admit(2);
  expect(sent('admit')).toEqual([{ type: 'admit', seat: 2 }]);
  say({ type: 'seatChanged', seat: { ...pao, connection: 'lost' } });
  expect(model.calledAway.value).toMatchObject([{ seat: 2 }]);
  expect([model.waiting.value, model.card.value]).toEqual([[], undefined]);
  say({ type: 'seatChanged', seat: pao });
  expect(model.calledAway.value).toEqual([]);
  // Who loses the connection later was not called just now.
  say({ type: 'seatChanged', seat: { ...pao, connection: 'lost' } });
  expect(model.calledAway.value).toEqual([]);
});

test('hold, deny, remove, lock, mute and end ask the server and change nothing by themselves', async () => {
  const { actions, last, model } = await session([lan, { ...pao, ...waiting }]);
  const before = model.room.value;
  actions.ask({ kind: 'deny', seat: 2 });
  actions.hold(2);
  actions.deny(2);
  actions.remove(2);
  actions.askMute(2);
  actions.lock(true);
  actions.end();
  expect(last()?.sent.slice(2)).toEqual([
    { type: 'hold', seat: 2 },
    { type: 'deny', seat: 2 },
    { type: 'remove', seat: 2 },
    { type: 'askMute', seat: 2 },
    { type: 'lock', locked: true },
    { type: 'end' },
  ]);
  expect([model.room.value, model.question.value]).toEqual([before, undefined]);
});

test('an order without a network is not kept for later, and that is said', async () => {
  const { actions, last, model, network, greet, sent } = await session([
    lan,
    { ...pao, ...waiting },
  ]);
  last()?.break();
  actions.admit(2);
  expect([model.refusal.value, model.called.value.size]).toEqual(['offline', 0]);
  await network.clock.advance(500);
  greet();
  expect(sent('admit')).toEqual([]);
});

test('what the server refuses is said calmly for a while, and ends nothing', async () => {
  const { say, model, call } = await session();
  say({ type: 'error', code: 'wrong_state', message: 'seat 2 is admitted' });
  expect([model.notice.value?.kind, call.state.link]).toEqual(['tooLate', 'connected']);
  vi.advanceTimersByTime(5000);
  say({ type: 'error', code: 'room_full', message: '' });
  vi.advanceTimersByTime(5000);
  expect(model.notice.value?.kind).toBe('full');
  say({ type: 'error', code: 'store_away', message: '' });
  expect([model.notice.value?.kind, call.state.link]).toEqual(['storeAway', 'connected']);
  vi.advanceTimersByTime(5000);
  vi.advanceTimersByTime(2000);
  expect(model.notice.value).toBeUndefined();
});

test('what the server could not store is said again until it is', async () => {
  const { say, sent, actions } = await session();
  actions.raiseHand();
  const before = sent('hand').length;
  say({ type: 'error', code: 'store_away', message: '' });
  vi.advanceTimersByTime(3000);
  expect(sent('hand').slice(before)).toEqual([{ type: 'hand', raised: true }]);
  vi.advanceTimersByTime(60_000);
  expect(sent('hand')).toHaveLength(before + 1);
});

test('a wish for a pause is shown to all for eight seconds', async () => {
  const { say, model, actions, sent } = await session();
  actions.askTurn('repeat');
  expect(sent('turn')).toEqual([{ type: 'turn', kind: 'repeat' }]);
  expect(model.turns.value).toEqual([]);
  say({ type: 'turn', seat: 2, kind: 'pause', at: 1 });
  expect(model.turns.value).toEqual([{ seat: 2, kind: 'pause' }]);
  vi.advanceTimersByTime(7900);
  expect(model.turns.value).toHaveLength(1);
  vi.advanceTimersByTime(100);
  expect(model.turns.value).toEqual([]);
});

test('who is asked to mute decides', async () => {
  const { say, model, actions, call } = await session();
  say({ type: 'muteRequested', by: 2 });
  expect(model.muteRequest.value).toBe(2);
  actions.answerMute(false);
  expect([model.muteRequest.value, call.state.microphone]).toEqual([undefined, true]);
  say({ type: 'muteRequested', by: 2 });
  actions.answerMute(true);
  expect(call.state.microphone).toBe(false);
  // Muted already: nothing to ask.
  say({ type: 'muteRequested', by: 2 });
  expect(model.muteRequest.value).toBeUndefined();
});

test('minutes are counted from the server’s own word about the time', async () => {
  const { model } = await session([lan, { ...pao, ...waiting }]);
  await settled();
  expect(model.serverNow.value).toBeGreaterThanOrEqual(500_000);
  expect(model.serverNow.value).toBeLessThan(501_000);
});

test('another device in the same seat ends this one, and nothing brings it back by itself', async () => {
  const { say, model, call, peers, network } = await session();
  say({ type: 'ended', reason: 'takenOver' });
  expect(model.ended.value).toBe('takenOver');
  expect(call.state.link).toBe('over');
  expect(peers[0]?.closed).toBe(true);
  await network.clock.advance(60_000);
  expect(network.sockets).toHaveLength(1);
});

test('a seat that is over ends the page, also when only the socket says so', async () => {
  const { say, model, call } = await session();
  say({ type: 'error', code: 'removed', message: '' });
  expect([model.ended.value, call.state.link]).toEqual(['removed', 'over']);
});

test('a server that drains or no longer knows the token is joined anew', async () => {
  const said: ServerMessage[] = [
    { type: 'ended', reason: 'drain' },
    { type: 'error', code: 'link_unknown', message: '' },
  ];
  for (const message of said) {
    const { say, attempts, call } = await session();
    say(message);
    await settled();
    expect(attempts).toHaveLength(2);
    expect(call.state.link).not.toBe('over');
  }
});

test('a seat that was given up while the network was away is come back to', async () => {
  const { say, attempts, call } = await session();
  say({ type: 'ended', reason: 'left' });
  await settled();
  expect(attempts).toHaveLength(2);
  expect(call.state.link).not.toBe('over');
});

test('leaving tells the server, ends the call, and one tap leads back', async () => {
  const { last, actions, model, call, entered } = await session();
  actions.ask({ kind: 'leave' });
  expect([model.question.value, call.state.link]).toEqual([{ kind: 'leave' }, 'connected']);
  actions.leave();
  expect(last()?.sent.at(-1)).toEqual({ type: 'leave' });
  expect(last()?.closed).toBe(true);
  expect([model.ended.value, call.state.link]).toEqual(['left', 'over']);
  actions.enterAgain();
  expect(entered()).toBe(1);
});

test('a panel closes the other, and a second press closes it', async () => {
  const { actions, model } = await session();
  actions.openPanel('chat');
  expect(model.chat.value.isOpen).toBe(true);
  actions.openPanel('people');
  expect([model.panel.value, model.chat.value.isOpen]).toEqual(['people', false]);
  actions.openPanel('people');
  expect([model.panel.value, model.shownPanel.value]).toEqual(['none', 'none']);
  // On a wide screen the column of who leads is never empty.
  model.isWide.value = true;
  expect(model.shownPanel.value).toBe('people');
});

test('people and messages of the server are in the model', async () => {
  const { say, model } = await session();
  say({ type: 'seatChanged', seat: { ...pao, microphone: false, camera: false } });
  expect(model.tiles.value).toMatchObject([{ name: 'Páo', muted: true, picture: 'off' }]);
  say({ type: 'chat', id: 1, seat: 2, text: 'chào', at: 1 });
  expect(model.chat.value.unread).toHaveLength(1);
});

test('the end leaves no timer and no socket', async () => {
  const { end, last, call, model, say } = await session();
  say({ type: 'turn', seat: 2, kind: 'pause', at: 1 });
  end();
  expect(vi.getTimerCount()).toBe(0);
  expect(last()?.closed).toBe(true);
  call.setMicrophone(false);
  expect(model.call.value.microphone).toBe(true);
});

test('the others hear what the server expects of this link, and pictures that rest are said here', async () => {
  const { call, peers, model, sent, server } = await session();
  peers[0]?.events.plan?.(planOf({ ownRests: true }));
  peers[0]?.events.network?.('fair');
  expect(sent('connection')).toEqual([{ type: 'connection', network: 'fair' }]);
  expect(model.notice.value).toMatchObject({ kind: 'rest', rests: 'own' });
  peers[0]?.events.plan?.(planOf({ revision: 2 }));
  peers[0]?.events.network?.('good');
  expect(sent('connection').at(-1)).toEqual({ type: 'connection', network: 'good' });
  expect(model.notice.value).toBeUndefined();
  // What was said of one transport tells nothing of the next.
  peers[0]?.events.plan?.(planOf({ revision: 3, othersRest: true }));
  server.answer = async () => joinedAs({ resume: 'second', seats: [lan, pao] });
  await call.rejoin('transportLost');
  expect([call.state.plan, call.state.network]).toEqual([undefined, undefined]);
  // And a peer that is gone is not listened to.
  peers[0]?.events.plan?.(planOf({ revision: 4, othersRest: true }));
  expect(call.state.plan).toBeUndefined();
});

test('who waits is told what their network will carry, and so is who leads', async () => {
  const { peers, model, sent, say } = await session([{ ...pao, ...waiting, seat: 1 }], true);
  expect([model.network.value, sent('connection')]).toEqual([undefined, []]);
  for (const network of ['weak', 'poor', 'good'] as const) {
    peers[0]?.events.network?.(network);
    expect(model.network.value).toBe(network);
    expect(sent('connection').at(-1)).toEqual({ type: 'connection', network });
  }
  // Let in: the same words go on.
  say({ type: 'seatChanged', seat: { ...pao, seat: 1 } });
  peers[0]?.events.network?.('fair');
  expect(sent('connection').at(-1)).toEqual({ type: 'connection', network: 'fair' });
  // What this page hears itself counts where it is worse.
  model.seems.value = 'poor';
  expect(sent('connection').at(-1)).toEqual({ type: 'connection', network: 'poor' });
});
