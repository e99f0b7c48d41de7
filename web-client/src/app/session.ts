/**
 * The app's effects: follows the call, keeps the socket beside it, tells the own state, watches the
 * link.
 *
 * One socket per join: a rejoin closes the old socket first, because the server tells the seat's
 * older connection that it was taken over.
 */
import { effect } from '@preact/signals';
import type {
  ClientMessage,
  ConsentScope,
  ConsentTextResponse,
  ErrorCode,
  Seat,
  ServerMessage,
} from '../protocol/generated/messages.ts';
import type { EventSocket, SocketEvents } from '../signaling/socket.ts';
import type { CallState } from '../voice/call.ts';
import type { Stage } from '../voice/stage.ts';
import { type Actions, createActions } from './actions.ts';
import * as chats from './chat.ts';
import * as consents from './consent.ts';
import { endOfError } from './ending.ts';
import { LevelMeter } from './level.ts';
import { watchLink } from './linkwatch.ts';
import type { Model } from './model.ts';
import { type Refusal, refusalOf } from './notice.ts';
import type { OwnCare } from './owncare.ts';
import * as rooms from './room.ts';
import { ServerClock } from './serverclock.ts';
import { TURN_MS, withTurn } from './turn.ts';
import { stillCalled } from './waiting.ts';

/** What a session needs of the rest; tests put fakes in. */
export interface SessionParts {
  readonly care: OwnCare;
  openSocket(resume: string, events: SocketEvents): EventSocket;
  fetchConsentText(scopes: readonly ConsentScope[]): Promise<ConsentTextResponse>;
}

const LEVEL_MS = 200;
/** A message without a receipt for this long was refused (too many at once) or got lost. */
const SAY_AGAIN_MS = 5000;
/** A socket that comes back within this is nobody's business. */
const AWAY_MS = 4000;
/** A new one takes four round trips and a handshake: 4 s over the last bar of signal. */
const NEW_MS = 8000;
/** Minutes are shown: a look every few seconds is exact enough. */
const CLOCK_MS = 5000;
const REFUSAL_MS = 7000;
/** A store that is away is back within seconds, or is away for long: either way this is soon enough. */
const RETELL_MS = 3000;

export function startSession(
  stage: Stage,
  model: Model,
  parts: SessionParts,
): { actions: Actions; send(message: ClientMessage): boolean; end(): void } {
  const { call } = stage;
  const meter = new LevelMeter(() => call.microphoneTrack, stage.audio);
  const clock = new ServerClock();
  const timers = new Set<ReturnType<typeof setTimeout>>();
  let socket: EventSocket | undefined;
  let joined: CallState['joined'];
  /** What the server knows of this page, by message. */
  let told = new Map<string, string>();
  let awayTimer: ReturnType<typeof setTimeout> | undefined;
  let refusalTimer: ReturnType<typeof setTimeout> | undefined;
  let retellTimer: ReturnType<typeof setTimeout> | undefined;

  const later = (ms: number, run: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, ms);
    timers.add(timer);
    return timer;
  };

  const closeSocket = () => {
    socket?.close();
    socket = undefined;
  };

  const follow = (state: CallState) => {
    model.call.value = state;
    if (state.link === 'rejoining' || state.link === 'over') closeSocket();
    if (state.joined && state.joined !== joined && state.link !== 'over') {
      joined = state.joined;
      setRoom({ you: joined.you, seats: joined.seats, locked: joined.locked });
      closeSocket();
      awaitSocket(NEW_MS);
      socket = parts.openSocket(joined.resume, { ready, message });
    }
    if (!state.microphone) model.muteRequest.value = undefined;
  };

  const awaitSocket = (ms: number) => {
    clearTimeout(awayTimer);
    awayTimer = setTimeout(() => (model.eventsAway.value = true), ms);
  };

  const ready = (isReady: boolean) => {
    model.eventsReady.value = isReady;
    clearTimeout(awayTimer);
    model.eventsAway.value = false;
    told = new Map();
    if (!isReady) awaitSocket(AWAY_MS);
  };

  const setRoom = (room: rooms.Room) => {
    model.room.value = room;
    model.called.value = stillCalled(room, model.called.value);
    const { card } = model;
    const chosen = card.value === undefined ? undefined : rooms.findSeat(room, card.value);
    if (chosen && !rooms.isWaiting(chosen)) card.value = undefined;
  };

  const message = (message: ServerMessage) => {
    if (message.type === 'welcome') learn(message.seats, message.you);
    setRoom(rooms.afterMessage(model.room.value, message));
    model.chat.value = chats.afterMessage(model.chat.value, message, model.room.value.you);
    model.consents.value = consents.afterMessage(model.consents.value, message);
    model.desk.value?.hear(message);
    switch (message.type) {
      case 'welcome':
        clock.hear(message.now);
        model.serverNow.value = clock.now();
        welcomed();
        return;
      case 'seatChanged':
        if (message.seat.seat === model.room.value.you) call.admitted(message.seat.admission);
        return;
      case 'turn': {
        const notice = { seat: message.seat, kind: message.kind };
        model.turns.value = withTurn(model.turns.value, notice);
        later(TURN_MS, () => {
          model.turns.value = model.turns.value.filter((one) => one !== notice);
        });
        return;
      }
      case 'paper': {
        const { type: _, ...state } = message;
        const others = model.papers.value.filter(({ paper }) => paper !== state.paper);
        model.papers.value = [...others, state];
        return;
      }
      case 'muteRequested':
        if (call.state.microphone) model.muteRequest.value = message.by;
        return;
      case 'rejoin':
        return void call.rejoin(message.reason);
      case 'ended':
        // A server that restarts is back soon, and takes this page into its seat again.
        if (message.reason === 'drain') return void call.rejoin();
        // Nobody here has left: the network was away for so long that the server gave the seat up.
        if (message.reason === 'left' && !model.ended.value) return void call.rejoin();
        model.ended.value = message.reason;
        return call.leave();
      case 'error':
        return refused(message.code);
      case 'chat':
      case 'seatGone':
      case 'lockChanged':
      case 'late':
      case 'consents':
      case 'paperSaved':
        return;
      default:
        return message satisfies never;
    }
  };

  const welcomed = () => {
    const you = model.you.value;
    if (you) call.admitted(you.admission);
    tellOwn();
    model.chat.value.pending.forEach(say);
  };

  const refused = (code: ErrorCode) => {
    if (code === 'link_unknown' || code === 'unauthorized') return void call.rejoin();
    // What could not be stored is not known there: said again until it is.
    if (code === 'store_away') {
      told.delete('media');
      told.delete('hand');
      if (retellTimer) clearTimeout(retellTimer);
      retellTimer = later(RETELL_MS, tellOwn);
    }
    const end = endOfError(code);
    if (end) {
      model.ended.value = end;
      return call.leave();
    }
    refuse(refusalOf(code));
  };

  const refuse = (refusal: Refusal | undefined) => {
    if (!refusal) return;
    model.refusal.value = refusal;
    if (refusalTimer) clearTimeout(refusalTimer);
    refusalTimer = later(REFUSAL_MS, () => (model.refusal.value = undefined));
  };

  /** What the server remembers of this seat needs no telling. */
  const learn = (seats: readonly Seat[], own: number) => {
    const you = seats.find(({ seat }) => seat === own);
    if (!you) return;
    know({ type: 'hand', raised: you.hand });
    if (you.network) know({ type: 'connection', network: you.network });
  };

  const know = (message: ClientMessage) => told.set(message.type, JSON.stringify(message));

  /** Each once when it changes, and once after every welcome that knows it differently. */
  const tell = (message: ClientMessage) => {
    const isKnown = told.get(message.type) === JSON.stringify(message);
    if (!isKnown && socket?.send(message)) know(message);
  };

  const tellOwn = () => {
    const { microphone, camera } = model.call.value;
    tell({ type: 'media', microphone, camera });
    if (model.powers.value.raisesHand) tell({ type: 'hand', raised: model.hand.value });
    const network = model.network.value;
    if (model.you.value && network) tell({ type: 'connection', network });
  };

  const say = (message: chats.PendingMessage) => socket?.send({ type: 'chat', ...message });

  const actions = createActions(stage, model, {
    care: parts.care,
    say,
    send: (message) => socket?.send(message) ?? false,
    refuse,
    fetchConsentText: parts.fetchConsentText,
  });

  const unsubscribe = call.subscribe(follow);
  follow(call.state);
  const stopTelling = effect(tellOwn);
  const levelTimer = setInterval(() => {
    model.level.value = meter.look(performance.now());
  }, LEVEL_MS);
  const clockTimer = setInterval(() => (model.serverNow.value = clock.now()), CLOCK_MS);
  let waiting: readonly chats.PendingMessage[] = [];
  const sayTimer = setInterval(() => {
    const { pending } = model.chat.value;
    pending.filter((message) => waiting.includes(message)).forEach(say);
    waiting = pending;
  }, SAY_AGAIN_MS);
  const stopWatch = watchLink(stage, model);
  return {
    actions,
    send: (message) => socket?.send(message) ?? false,
    end() {
      unsubscribe();
      stopTelling();
      closeSocket();
      clearInterval(levelTimer);
      meter.close();
      clearInterval(clockTimer);
      clearInterval(sayTimer);
      clearTimeout(awayTimer);
      timers.forEach(clearTimeout);
      stopWatch();
    },
  };
}
