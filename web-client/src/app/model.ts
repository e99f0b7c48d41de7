/** All that the views draw, as signals. Holds no effects: `session.ts` writes, the views read. */
import { computed, signal } from '@preact/signals';
import type { AppWords } from '../i18n/words.ts';
import type { Weakness } from '../media/linkquality.ts';
import type { EndReason } from '../protocol/generated/messages.ts';
import type { Level } from '../voice/level.ts';
import type { Stage } from '../voice/stage.ts';
import { type Chat, emptyChat } from './chat.ts';
import { noticeOf } from './notice.ts';
import type { Room } from './room.ts';
import { tilesOf } from './tiles.ts';

export function createModel(stage: Stage, words: AppWords) {
  const call = signal(stage.call.state);
  const room = signal<Room>({
    you: stage.call.state.joined?.you ?? 0,
    seats: stage.call.state.joined?.seats ?? [],
  });
  const chat = signal<Chat>(emptyChat);
  const eventsReady = signal(false);
  const eventsAway = signal(false);
  const weakness = signal<Weakness>('none');
  const level = signal<Level>({ bars: 0, spokeLately: false });
  return {
    call,
    room,
    chat,
    eventsReady,
    eventsAway,
    weakness,
    level,
    /** Asked whether to leave. */
    leaving: signal(false),
    /** Why the server ended it, or `left` by one's own choice. */
    ended: signal<EndReason | undefined>(undefined),
    tiles: computed(() => tilesOf(room.value, call.value.slots)),
    notice: computed(() =>
      noticeOf({
        call: call.value,
        weakness: weakness.value,
        eventsAway: eventsAway.value,
      }),
    ),
    words,
    voiceWords: stage.words,
  };
}

export type Model = ReturnType<typeof createModel>;
