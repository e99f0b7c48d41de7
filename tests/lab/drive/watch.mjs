/** Whether the machine had time for the cell: where it had not, what was measured is the machine and not the link. */
import { readFileSync } from 'node:fs';
import { percentile } from '../figures/envelope.mjs';

const TICK_MS = 10;

/** @typedef {{timer_late_p99_ms: number, timer_late_max_ms: number, cpu_waited_percent: number, stolen_percent: number, busy_percent: number}} Load */

/** Begins to watch; `end` says how it was. */
export function watchLoad() {
  /** @type {number[]} */ const late = [];
  let due = performance.now() + TICK_MS;
  const timer = setInterval(() => {
    const now = performance.now();
    late.push(Math.max(0, now - due));
    due = now + TICK_MS;
  }, TICK_MS);
  const before = read();
  return {
    /** @returns {Load} */
    end() {
      clearInterval(timer);
      const after = read();
      const ticks = after.all - before.all;
      const percent = (/** @type {number} */ part, /** @type {number} */ of) => (of === 0 ? 0 : (100 * part) / of);
      return {
        timer_late_p99_ms: percentile(late, 0.99) ?? 0,
        timer_late_max_ms: late.reduce((most, ms) => Math.max(most, ms), 0),
        cpu_waited_percent: percent((after.waitedUs - before.waitedUs) / 1000, after.at - before.at),
        stolen_percent: percent(after.stolen - before.stolen, ticks),
        busy_percent: percent(ticks - (after.idle - before.idle), ticks),
      };
    },
  };
}

/** The kernel's own account, for the whole machine. */
function read() {
  const [, user = 0, nice = 0, system = 0, idle = 0, ioWait = 0, irq = 0, softIrq = 0, stolen = 0] =
    (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '').split(/\s+/).map(Number);
  let waitedUs = 0;
  try {
    waitedUs = Number(/some .*total=(\d+)/.exec(readFileSync('/proc/pressure/cpu', 'utf8'))?.[1] ?? 0);
  } catch { /* a kernel without pressure accounting: the timers tell */ }
  return { at: performance.now(), waitedUs, stolen, idle: idle + ioWait, all: user + nice + system + idle + ioWait + irq + softIrq + stolen };
}
