/** Looks at the link every few seconds: whether it is too weak, and how much it has used. */
import {
  countLink,
  type LinkCounts,
  losesVoice,
  type Stat,
  standingBetween,
  weaknessBetween,
} from '../media/linkquality.ts';
import type { Stage } from '../voice/stage.ts';
import { bytesOf, DataUsed } from './datause.ts';
import type { Model } from './model.ts';
import { afterLook, strong } from './weak.ts';

/** Long enough for a sound statement about loss, short enough to explain what is heard. */
const LOOK_MS = 3000;
/** The slots' video lines, in the order of the offer. */
const SLOT_VIDEO_MIDS = ['3', '5'];

/** Returns what ends it. */
export function watchLink(stage: Stage, model: Model): () => void {
  const used = new DataUsed();
  let mark = strong;
  let before: LinkCounts | undefined;
  let measured: RTCPeerConnection | undefined;
  const timer = setInterval(async () => {
    const { connection } = stage.call;
    if (!connection || stage.call.state.link !== 'connected') return;
    const report = (await connection.getStats()) as unknown as Map<string, Stat>;
    const now = countLink(report.values(), SLOT_VIDEO_MIDS);
    model.usedBytes.value = used.look(connection, bytesOf(report.values()));
    // The counts of another transport tell nothing about this one.
    if (before && measured === connection) {
      const shown = SLOT_VIDEO_MIDS.map((_, slot) =>
        model.tiles.value.some((tile) => tile.slot === slot && tile.picture === 'live'),
      );
      const weakness = weaknessBetween(before, now, shown);
      model.weakness.value = weakness;
      model.standing.value = standingBetween(before, now);
      // A server that says which pictures rest knows; without it, pictures that stand are a sign.
      const loses = losesVoice(before, now) ? 'voice' : 'none';
      mark = afterLook(mark, stage.call.state.plan ? loses : weakness);
      const isVoice = stage.call.state.plan !== undefined;
      model.seems.value = mark.isWeak ? (isVoice ? 'poor' : 'weak') : undefined;
    }
    before = now;
    measured = connection;
  }, LOOK_MS);
  return () => clearInterval(timer);
}
