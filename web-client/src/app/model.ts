/** All that the views draw, as signals. Holds no effects: `session.ts` writes, the views read. */
import { computed, signal } from '@preact/signals';
import type { Words } from '../i18n/words.ts';
import type { Weakness } from '../media/linkquality.ts';
import type {
  ConsentScope,
  Consents,
  ConsentTextResponse,
  EndReason,
  NetworkLevel,
  Paper,
  PaperState,
} from '../protocol/generated/messages.ts';
import type { Stage } from '../voice/stage.ts';
import { type Chat, emptyChat } from './chat.ts';
import { isAsked, isWithheld as isWithheldIn, noConsents } from './consent.ts';
import type { Desk } from './desk.ts';
import type { Outputs } from './devices.ts';
import type { Level } from './level.ts';
import { worseOf } from './networklevel.ts';
import { noticeOf, type Refusal } from './notice.ts';
import { peopleRows } from './people.ts';
import { powersOf } from './policy.ts';
import { isWaiting, ownSeat, type Room } from './room.ts';
import { tilesOf } from './tiles.ts';
import type { TurnNotice } from './turn.ts';
import { calledPeople, ownPlace, unnoticed, waitingPeople } from './waiting.ts';

/** What lies over or beside the people; one at a time, so that a small screen stays clear. */
export type Panel = 'none' | 'chat' | 'people' | 'more' | 'consent' | Paper;

/** What is asked once before it is done. */
export type Question =
  | { readonly kind: 'leave' | 'end' | 'late' | 'refuse' | 'agreePart' }
  | { readonly kind: 'withdraw'; readonly scope: ConsentScope }
  | { readonly kind: 'remove' | 'deny'; readonly seat: number };

export function createModel(stage: Stage, { app, trouble }: Pick<Words, 'app' | 'trouble'>) {
  const call = signal(stage.call.state);
  const { joined } = stage.call.state;
  const room = signal<Room>({
    you: joined?.you ?? 0,
    seats: joined?.seats ?? [],
    locked: joined?.locked ?? false,
  });
  const chat = signal<Chat>(emptyChat);
  const eventsAway = signal(false);
  const weakness = signal<Weakness>('none');
  const seems = signal<NetworkLevel | undefined>(undefined);
  const standing = signal<ReadonlySet<number>>(new Set());
  const refusal = signal<Refusal | undefined>(undefined);
  const panel = signal<Panel>('none');
  const isWide = signal(false);
  const called = signal<ReadonlySet<number>>(new Set());
  const noticed = signal<ReadonlySet<string>>(new Set());
  const consents = signal<Consents>(noConsents);
  const handWish = signal<boolean | undefined>(undefined);
  const you = computed(() => ownSeat(room.value));
  const isWithheld = computed(() => isWithheldIn(consents.value, room.value.you));
  const powers = computed(() => powersOf(you.value));
  const waits = computed(() => (you.value ? isWaiting(you.value) : false));
  /** What is to be expected of this network, as the server says and as it was found here. */
  const network = computed(() => worseOf(call.value.network, seems.value));
  const waiting = computed(() => (powers.value.leads ? waitingPeople(room.value) : []));
  return {
    call,
    room,
    chat,
    consents,
    /** Fetched for who leads. */
    desk: signal<Desk | undefined>(undefined),
    /** What the server last told of notes and summary; only practitioners are told. */
    papers: signal<readonly PaperState[]>([]),
    /** The words of consent, once they were asked for. */
    consentText: signal<ConsentTextResponse | 'failed' | undefined>(undefined),
    /** This person is to read and answer. */
    isConsentAsked: computed(() => isAsked(consents.value, room.value)),
    /** Nothing of this person flows, because of a consent that was withdrawn. */
    isWithheld,
    eventsReady: signal(false),
    eventsAway,
    weakness,
    /** By what was measured here, for long enough to tell the others. */
    seems,
    network,
    /** Slots of which no picture came lately. */
    standing,
    refusal,
    panel,
    /** Room for a column beside the people. */
    isWide,
    /** On a wide screen the column of who leads is never empty. */
    shownPanel: computed(
      (): Panel =>
        panel.value === 'none' && isWide.value && powers.value.leads ? 'people' : panel.value,
    ),
    level: signal<Level>({ bars: 0, spokeLately: false }),
    question: signal<Question | undefined>(undefined),
    /** Why the server ended it, or `left` by one's own choice. */
    ended: signal<EndReason | undefined>(undefined),
    you,
    powers,
    /** Chosen on this page; until then the server knows. */
    handWish,
    hand: computed(() => handWish.value ?? you.value?.hand ?? false),
    /** Not let in yet: the waiting screen. */
    isWaiting: waits,
    place: computed(() => ownPlace(room.value)),
    /** Called in from the waiting room a moment ago. */
    isCalled: signal(false),
    waiting,
    noticed,
    /** Who came and was not noticed yet: the reason to ring. */
    unnoticed: computed(() => unnoticed(waiting.value, noticed.value)),
    /** Let in from this page and not here yet. */
    called,
    calledAway: computed(() => calledPeople(room.value, called.value)),
    /** Whose card is open. */
    card: signal<number | undefined>(undefined),
    /** The server's time, looked at now and then: minutes need no more. */
    serverNow: signal<number | undefined>(undefined),
    rows: computed(() => peopleRows(room.value, powers.value)),
    turns: signal<readonly TurnNotice[]>([]),
    /** Who asks to mute. */
    muteRequest: signal<number | undefined>(undefined),
    usedBytes: signal(0),
    /** There is another camera to turn to. */
    canFlip: signal(false),
    outputs: signal<Outputs>({ devices: [], chosen: '' }),
    /** Notifications can still be asked for. */
    mayAskNotify: signal(false),
    tiles: computed(() => tilesOf(room.value, call.value, standing.value)),
    notice: computed(() =>
      noticeOf({
        call: call.value,
        weakness: weakness.value,
        isWithheld: isWithheld.value,
        network: network.value,
        eventsAway: eventsAway.value,
        refusal: refusal.value,
      }),
    ),
    /** Said once to who cannot see the screen. */
    announced: signal(''),
    language: stage.language,
    words: app,
    voiceWords: stage.words,
    troubleWords: trouble,
  };
}

export type Model = ReturnType<typeof createModel>;
