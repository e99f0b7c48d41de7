/** Looks at the link every few seconds and says in the model when it is too weak. */
import { countLink, type LinkCounts, type Stat, weaknessBetween } from '../media/linkquality.ts';
import type { Stage } from '../voice/stage.ts';
import type { Model } from './model.ts';

/** Long enough for a sound statement about loss, short enough to explain what is heard. */
const LOOK_MS = 3000;
/** The slots' video lines, in the order of the offer. */
const SLOT_VIDEO_MIDS = ['3', '5'];

/** Returns what ends it. */
export function watchLink(stage: Stage, model: Model): () => void {
  let before: LinkCounts | undefined;
  let measured: RTCPeerConnection | undefined;
  const timer = setInterval(async () => {
    const { connection } = stage.call;
    if (!connection || stage.call.state.link !== 'connected') return;
    const report = (await connection.getStats()) as unknown as Map<string, Stat>;
    const now = countLink(report.values(), SLOT_VIDEO_MIDS);
    // The counts of another transport tell nothing about this one.
    if (before && measured === connection) {
      const shown = SLOT_VIDEO_MIDS.map((_, slot) =>
        model.tiles.value.some((tile) => tile.slot === slot && tile.picture === 'live'),
      );
      model.weakness.value = weaknessBetween(before, now, shown);
    }
    before = now;
    measured = connection;
  }, LOOK_MS);
  return () => clearInterval(timer);
}
