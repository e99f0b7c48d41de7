/** The peer that plays, and the fresh one beside it while the server decides which it shall be. */
import type { Peer, PeerEvents } from '../media/peer.ts';

type Tracks = Readonly<Record<'audio' | 'video', MediaStreamTrack | null>>;

export class Peers {
  playing: Peer | undefined;
  /** Offered, not answered yet. */
  private fresh: Peer | undefined;

  /** Only the playing peer's events come out. */
  constructor(
    private readonly open: (events: PeerEvents) => Peer,
    private readonly events: PeerEvents,
  ) {}

  /** The offer of a fresh peer, beside the one that plays. */
  async offer(tracks: Tracks): Promise<string> {
    this.dropFresh();
    const listeners: [string, (...said: unknown[]) => void][] = Object.entries(this.events);
    const whilePlaying = listeners.map(([name, tell]) => [
      name,
      (...said: unknown[]) => this.playing === peer && tell(...said),
    ]);
    const peer: Peer = this.open(Object.fromEntries(whilePlaying));
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
    playing.close();
    this.events.slots([]);
  }
}
