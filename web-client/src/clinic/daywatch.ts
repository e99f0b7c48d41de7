/** Keeps the day as the server has it: asks, waits for the next change, and asks again, through every outage. */
import { StaffFailure } from '../signaling/staff.ts';
import type { Api } from './api.ts';
import type { Day } from './contract.ts';

export interface WatchParts {
  readonly api: Pick<Api, 'day'>;
  /** Sooner when the network comes back or `signal` aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  onDay(day: Day): void;
  onAway(): void;
}

/** After a failure; doubled until the longest. */
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 15_000;
/** Between two answers that bring nothing new: a server that does not wait must not be asked without end. */
const REST_MS = 1000;

/** Ends with `signal`, and when nobody is signed in any more. */
export async function watchDay(
  date: string,
  { api, wait, onDay, onAway }: WatchParts,
  signal: AbortSignal,
): Promise<void> {
  let revision: number | undefined;
  let failures = 0;
  while (!signal.aborted) {
    try {
      const day = await api.day(date, revision, signal);
      if (signal.aborted) return;
      const isNews = day.revision !== revision;
      revision = day.revision;
      failures = 0;
      onDay(day);
      if (!isNews) await wait(REST_MS, signal);
    } catch (failure) {
      if (signal.aborted) return;
      if (failure instanceof StaffFailure && failure.code === 'session_unknown') return;
      onAway();
      await wait(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures), signal);
      failures += 1;
      // Whatever was missed meanwhile is in the next answer, also where nothing is new: it says that all is well.
      revision = undefined;
    }
  }
}
