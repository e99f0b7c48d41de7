/** Another kind of network: a telephone that leaves the house may change it without ever being offline. */
import type { Call } from '../voice/call.ts';

/** Only telephones have a `type`; everywhere `change` also tells of mere estimates of the rate. */
export interface NetworkInformation extends EventTarget {
  readonly type?: string;
}

/** Returns what ends it. */
export function watchNetwork(
  call: Pick<Call, 'reroute'>,
  network = (navigator as { connection?: NetworkInformation }).connection,
): () => void {
  const over = new AbortController();
  let type = network?.type;
  const look = () => {
    if (network?.type === type) return;
    type = network?.type;
    if (type !== 'none') call.reroute();
  };
  network?.addEventListener('change', look, { signal: over.signal });
  return () => over.abort();
}
