/** WebSockets that a test opens, feeds and breaks by hand. */
import type { SocketEnvironment } from '../signaling/socket.ts';
import { FakeClock } from './clock.ts';

export class FakeSocket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  readonly sent: unknown[] = [];
  closed = false;

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.closed = true;
  }

  open(): void {
    this.onopen?.();
  }

  say(message: unknown): void {
    this.onmessage?.({ data: typeof message === 'string' ? message : JSON.stringify(message) });
  }

  break(): void {
    this.onclose?.();
  }
}

export function fakeNetwork() {
  const sockets: FakeSocket[] = [];
  const clock = new FakeClock();
  let online: (() => void) | undefined;
  const environment: SocketEnvironment = {
    open() {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket as unknown as WebSocket;
    },
    after: clock.after,
    chance: () => 1,
    online(run) {
      online = run;
      return () => {
        online = undefined;
      };
    },
  };
  return { sockets, clock, environment, comeOnline: () => online?.() };
}
