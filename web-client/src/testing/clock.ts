/** Time that a test moves by hand: nothing in the unit tests sleeps. */
export class FakeClock {
  private time = 0;
  private timers: { at: number; run: () => void }[] = [];

  now = (): number => this.time;

  after = (ms: number, run: () => void): (() => void) => {
    const timer = { at: this.time + ms, run };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((one) => one !== timer);
    };
  };

  /** Runs everything that falls due, and what that starts. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    await settled();
    for (;;) {
      const next = this.timers
        .filter(({ at }) => at <= end)
        .sort((a, b) => a.at - b.at)
        .at(0);
      if (!next) break;
      this.timers = this.timers.filter((one) => one !== next);
      this.time = next.at;
      next.run();
      await settled();
    }
    this.time = end;
  }

  /** Time passes in which nothing runs; what fell due runs afterwards. */
  sleep(ms: number): void {
    this.time += ms;
    for (const timer of this.timers) timer.at = Math.max(timer.at, this.time);
  }

  get pending(): number {
    return this.timers.length;
  }
}

/** Lets every promise that can go on go on. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
