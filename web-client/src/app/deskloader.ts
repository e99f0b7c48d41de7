/** Fetches the desk for who leads, and for nobody else; after the end it speaks by requests. */
import { effect } from '@preact/signals';
import type { ClientMessage } from '../protocol/generated/messages.ts';
import { isAboutVisit, sayAboutVisit } from '../signaling/visit.ts';
import type { Desk, StartDesk } from './desk.ts';
import type { Model } from './model.ts';

declare global {
  interface Window {
    /** The address at which the app came, with its pace. */
    appUrl: string;
  }
}

/** A file that did not come is asked for again after this. */
const AGAIN_MS = 3000;

interface Parts {
  send(message: ClientMessage): boolean;
  leave(): void;
  after(ms: number, run: () => void): () => void;
}

export function bringDesk(model: Model, { send, leave, after }: Parts): () => void {
  let desk: Desk | undefined;
  let isAsked = false;
  const ended = new AbortController();
  const start = (startDesk: StartDesk) => {
    if (ended.signal.aborted) return;
    desk = startDesk({ model, send: sayOrPost, leave, after, now: () => performance.now() });
    model.desk.value = desk;
  };
  // Where it takes what it shares with this: see `build/oneapp.ts`.
  self.appUrl = import.meta.url;
  const fetchDesk = () => {
    import('../desk/desk.tsx').then(
      ({ startDesk }) => start(startDesk),
      () => after(AGAIN_MS, fetchDesk),
    );
  };

  /** The socket, while there is one; when all is over, a request, whose answer is heard as if it came by socket. */
  function sayOrPost(message: ClientMessage): boolean {
    if (send(message)) return true;
    const { joined } = model.call.value;
    if (model.ended.value !== 'closed' || !joined || !isAboutVisit(message)) return false;
    void sayAboutVisit({ resume: joined.resume }, message, ended.signal).then((heard) => {
      for (const one of heard) desk?.hear(one);
    });
    return true;
  }

  const stop = effect(() => {
    if (isAsked || !model.powers.value.leads) return;
    isAsked = true;
    fetchDesk();
  });
  // What was on its way when the socket closed for good is said again, by request.
  const stopEnd = effect(() => {
    if (model.ended.value !== 'closed') return;
    model.desk.peek()?.hear({ type: 'error', code: 'store_away', message: '' });
  });
  return () => {
    stop();
    stopEnd();
    ended.abort();
    desk?.end();
  };
}
