/**
 * The app's effects: follows the call, keeps the socket beside it, watches the link.
 *
 * One socket per join: a rejoin closes the old socket first, because the server tells the seat's
 * older connection that it was taken over.
 */
import type { ServerMessage } from '../protocol/generated/messages.ts';
import { newAttempt as newRef } from '../signaling/http.ts';
import { EventSocket, type SocketEvents } from '../signaling/socket.ts';
import type { CallState } from '../voice/call.ts';
import type { Stage } from '../voice/stage.ts';
import * as chats from './chat.ts';
import { watchLink } from './linkwatch.ts';
import type { Model } from './model.ts';
import * as rooms from './room.ts';

/** A person who can act on the app: what the views call. */
export interface Actions {
  toggleMicrophone(): void;
  toggleCamera(): void;
  openMicrophone(): void;
  listen(): void;
  askToLeave(ask: boolean): void;
  leave(): void;
  enterAgain(): void;
  openChat(isOpen: boolean): void;
  say(typed: string): void;
}

const LEVEL_MS = 200;
/** A message without a receipt for this long was refused (too many at once) or got lost. */
const SAY_AGAIN_MS = 5000;
/** A socket that comes back within this is nobody's business. */
const AWAY_MS = 4000;

export function startSession(
  stage: Stage,
  model: Model,
  openSocket = (resume: string, events: SocketEvents) => new EventSocket(resume, events),
): { actions: Actions; end(): void } {
  const { call } = stage;
  let socket: EventSocket | undefined;
  let joined: CallState['joined'];
  let told = '';
  let awayTimer: ReturnType<typeof setTimeout> | undefined;

  const closeSocket = () => {
    socket?.close();
    socket = undefined;
  };

  const follow = (state: CallState) => {
    model.call.value = state;
    if (state.link === 'rejoining' || state.link === 'over') closeSocket();
    if (state.joined && state.joined !== joined && state.link !== 'over') {
      joined = state.joined;
      model.room.value = { you: joined.you, seats: joined.seats };
      closeSocket();
      socket = openSocket(joined.resume, { ready, message });
    }
    tellMedia();
  };

  const ready = (isReady: boolean) => {
    model.eventsReady.value = isReady;
    clearTimeout(awayTimer);
    model.eventsAway.value = false;
    told = '';
    if (!isReady) awayTimer = setTimeout(() => (model.eventsAway.value = true), AWAY_MS);
  };

  const message = (message: ServerMessage) => {
    model.room.value = rooms.afterMessage(model.room.value, message);
    model.chat.value = chats.afterMessage(model.chat.value, message, model.room.value.you);
    switch (message.type) {
      case 'welcome':
        tellMedia();
        return model.chat.value.pending.forEach(say);
      case 'rejoin':
        return void call.rejoin();
      case 'ended':
        // A server that restarts is back soon, and takes this page into its seat again.
        if (message.reason === 'drain') return void call.rejoin();
        model.ended.value = message.reason;
        return call.leave();
      case 'error':
        if (message.code === 'link_unknown' || message.code === 'unauthorized') void call.rejoin();
        return;
      case 'chat':
      case 'seatJoined':
      case 'seatLeft':
      case 'mediaChanged':
        return;
      default:
        return message satisfies never;
    }
  };

  /** The own mute state, once each time it changes and once after every welcome. */
  const tellMedia = () => {
    const { microphone, camera } = call.state;
    const now = `${microphone} ${camera}`;
    if (now !== told && socket?.send({ type: 'media', microphone, camera })) told = now;
  };

  const say = ({ ref, text }: chats.PendingMessage) => socket?.send({ type: 'chat', ref, text });

  const actions: Actions = {
    toggleMicrophone: () => call.setMicrophone(!call.state.microphone),
    toggleCamera: () => void call.setCamera(!call.state.camera),
    openMicrophone: () => void call.openMicrophone(),
    listen: () => call.play(),
    askToLeave(ask) {
      model.leaving.value = ask;
    },
    leave() {
      model.ended.value = 'left';
      socket?.send({ type: 'leave' });
      call.leave();
    },
    enterAgain: () => stage.enterAgain(),
    openChat(isOpen) {
      model.chat.value = chats.opened(model.chat.value, isOpen);
    },
    say(typed) {
      const text = chats.sendableText(typed);
      if (text === undefined) return;
      const pending = { ref: newRef(), text };
      model.chat.value = chats.written(model.chat.value, pending);
      say(pending);
    },
  };

  const unsubscribe = call.subscribe(follow);
  follow(call.state);
  const levelTimer = setInterval(() => (model.level.value = stage.level()), LEVEL_MS);
  let waiting: readonly chats.PendingMessage[] = [];
  const sayTimer = setInterval(() => {
    const { pending } = model.chat.value;
    pending.filter((message) => waiting.includes(message)).forEach(say);
    waiting = pending;
  }, SAY_AGAIN_MS);
  const stopWatch = watchLink(stage, model);
  return {
    actions,
    end() {
      unsubscribe();
      closeSocket();
      clearInterval(levelTimer);
      clearInterval(sayTimer);
      clearTimeout(awayTimer);
      stopWatch();
    },
  };
}
