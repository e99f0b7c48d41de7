/**
 * The WebSocket of events beside the call: says hello, comes back by itself, never carries media.
 *
 * Every connection begins with `hello` and is complete with the server's `welcome`, which is the
 * whole truth: nothing of an earlier connection is carried over here.
 */
import { PROTOCOL_VERSION } from '../protocol/generated/limits.ts';
import type { ClientMessage, ServerMessage } from '../protocol/generated/messages.ts';
import { parseServerMessage } from '../protocol/parse.ts';

export interface SocketEvents {
  /** Open or not, as far as sending goes. */
  ready(ready: boolean): void;
  message(message: ServerMessage): void;
}

/** What the socket needs of the browser; tests put their own in. */
export interface SocketEnvironment {
  open(): WebSocket;
  after(ms: number, run: () => void): () => void;
  /** 0 ≤ x < 1: spreads the pages of a restarted server over time. */
  chance(): number;
  /** Calls back when the network is said to be there again. */
  online(run: () => void): () => void;
}

const FIRST_WAIT_MS = 500;
/** Somebody in the waiting room may have nothing but this socket to be called by. */
const LONGEST_WAIT_MS = 4000;
/** A server that takes the socket but says no `welcome` within this is not there. */
const WELCOME_MS = 6000;

export class EventSocket {
  private socket: WebSocket | undefined;
  private failures = 0;
  private isReady = false;
  private closed = false;
  private cancelTimer: (() => void) | undefined;
  private readonly stopOnline: () => void;

  constructor(
    private readonly resume: string,
    private readonly events: SocketEvents,
    private readonly environment: SocketEnvironment = browserEnvironment,
  ) {
    this.stopOnline = environment.online(() => {
      if (!this.socket) this.connect();
    });
    this.connect();
  }

  /** False when it could not go out now; the caller keeps what matters until the next `ready`. */
  send(message: ClientMessage): boolean {
    if (!this.isReady) return false;
    this.socket?.send(JSON.stringify(message));
    return true;
  }

  close(): void {
    this.closed = true;
    this.stopOnline();
    this.drop();
  }

  private connect(): void {
    this.drop();
    const socket = this.environment.open();
    this.socket = socket;
    socket.onopen = () => {
      socket.send(
        JSON.stringify({
          type: 'hello',
          version: PROTOCOL_VERSION,
          resume: this.resume,
        } satisfies ClientMessage),
      );
    };
    socket.onmessage = ({ data }) => this.take(data);
    socket.onclose = () => this.retry();
    this.cancelTimer = this.environment.after(WELCOME_MS, () => this.retry());
  }

  private take(data: unknown): void {
    let message: ServerMessage | undefined;
    try {
      message = parseServerMessage(JSON.parse(String(data)));
    } catch {
      // A message that is not what the protocol says is a newer server's or a proxy's: no reason to end.
      return;
    }
    if (!message) return;
    if (message.type === 'welcome') {
      this.failures = 0;
      this.cancelTimer?.();
      this.setReady(true);
    }
    this.events.message(message);
  }

  private retry(): void {
    this.drop();
    if (this.closed) return;
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.failures);
    this.failures += 1;
    this.cancelTimer = this.environment.after(wait * (0.5 + this.environment.chance() / 2), () =>
      this.connect(),
    );
  }

  private drop(): void {
    this.cancelTimer?.();
    const { socket } = this;
    this.socket = undefined;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    this.setReady(false);
  }

  private setReady(ready: boolean): void {
    if (ready === this.isReady) return;
    this.isReady = ready;
    this.events.ready(ready);
  }
}

const browserEnvironment: SocketEnvironment = {
  open() {
    const url = new URL('/v1/connect', location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    url.hash = '';
    return new WebSocket(url);
  },
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  chance: Math.random,
  online(run) {
    addEventListener('online', run);
    return () => removeEventListener('online', run);
  },
};
