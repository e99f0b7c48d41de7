/**
 * The server's time, without asking the phone what time it is: a phone's clock may be years off.
 *
 * What a `welcome` says lies in the past when it arrives: a lower bound. The greatest of them is right to
 * within the way it took; what passes since is counted here.
 */
export class ServerClock {
  private offset: number | undefined;

  /** `local` only has to run steadily. */
  constructor(private readonly local: () => number = () => performance.now()) {}

  /** A time that the server has just named, milliseconds since 1970. */
  hear(at: number): void {
    this.offset = Math.max(this.offset ?? Number.NEGATIVE_INFINITY, at - this.local());
  }

  /** undefined until the server has named any time. */
  now(): number | undefined {
    return this.offset === undefined ? undefined : this.offset + this.local();
  }
}
