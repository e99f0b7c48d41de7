/** The peer that plays, and the fresh one beside it while the server decides which it shall be. */
import type { Peer, PeerEvents } from '../media/peer.ts';
import { DataUsed } from './data.ts';

type Tracks = Readonly<Record<'audio' | 'video', MediaStreamTrack | null>>;

export class Peers {
  playing: Peer | undefined;
  /** Offered, not answered yet. */
  private fresh: Peer | undefined;
  private readonly data = new DataUsed();

  /** Only the playing peer's events come out. */
  constructor(
    private readonly open: (events: PeerEvents) => Peer,
    private readonly events: PeerEvents,
  ) {}

  /** The offer of a fresh peer, beside the one that plays. */
  async offer(tracks: Tracks): Promise<string> {
    this.dropFresh();
    const { events } = this;
    const isPlaying = () => this.playing === peer;
    const peer: Peer = this.open({
      state: (state) => isPlaying() && events.state(state),
      slots: (slots) => isPlaying() && events.slots(slots),
      heard: () => isPlaying() && events.heard(),
      silenced: () => isPlaying() && events.silenced(),
      plan: (plan) => isPlaying() && events.plan?.(plan),
      network: (level) => isPlaying() && events.network?.(level),
      silent: (ms, heals) => isPlaying() && events.silent?.(ms, heals),
      back: () => isPlaying() && events.back?.(),
    });
    this.fresh = peer;
    await peer.send('audio', tracks.audio);
    await peer.send('video', tracks.video);
    return peer.offer();
  }

  /** The fresh peer plays from now on. */
  adopt(): Peer | undefined {
    this.close();
    this.playing = this.fresh;
    this.fresh = undefined;
    return this.playing;
  }

  /** Also to the fresh one: a device may change while the server decides. */
  send(kind: 'audio' | 'video', track: MediaStreamTrack | null): void {
    void this.playing?.send(kind, track);
    void this.fresh?.send(kind, track);
  }

  dropFresh(): void {
    this.fresh?.close();
    this.fresh = undefined;
  }

  close(): void {
    const { playing } = this;
    if (!playing) return;
    this.playing = undefined;
    void this.data.look(playing);
    playing.close();
    this.events.slots([]);
  }

  /** Bytes of all of them, also of those that are closed. */
  dataUsed(): Promise<number> {
    return this.data.used(this.playing);
  }
}
