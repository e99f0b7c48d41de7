/** While the person waits, tries what their network carries; see `media/prober.ts`. */
import { Prober } from '../media/prober.ts';
import type { Call } from '../voice/call.ts';

const LOOK_MS = 1000;

/** Returns what ends it. */
export function startProbing(call: Pick<Call, 'channel' | 'state'>): () => void {
  let channel: RTCDataChannel | undefined;
  let prober: Prober | undefined;
  const hear = ({ data }: MessageEvent) => prober?.message(data);
  const follow = (next: RTCDataChannel | undefined) => {
    channel?.removeEventListener('message', hear);
    prober?.close();
    channel = next;
    prober = next && proberOf(call, next);
    channel?.addEventListener('message', hear);
  };
  const timer = setInterval(() => {
    // Each transport has a channel of its own.
    if (call.channel !== channel) follow(call.channel);
    prober?.look();
  }, LOOK_MS);
  return () => {
    clearInterval(timer);
    follow(undefined);
  };
}

function proberOf(call: Pick<Call, 'state'>, channel: RTCDataChannel): Prober {
  return new Prober({
    now: () => performance.now(),
    after(ms, run) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    send: (message) => channel.send(message),
    mayProbe: () => call.state.link === 'waiting' && channel.readyState === 'open',
    level: () => call.state.network,
  });
}
