/** All that the staff's pages draw, as signals. Holds no effects: `desk.ts` and its kin write, the views read. */
import { computed, signal } from '@preact/signals';
import type { ClinicWords } from '../i18n/clinic/words.ts';
import type { Language } from '../i18n/words.ts';
import type { Draft } from './booking.ts';
import type {
  AuditEntry,
  Booked,
  Colleague,
  Day,
  KeyView,
  NewcomerRequest,
  OwnSession,
  SessionResponse,
  UndeliveredResponse,
  WayIn,
  Webhook,
} from './contract.ts';
import { nextOf, rowsOf, unnoticed } from './day.ts';
import type { Trouble } from './failures.ts';
import type { HookDraft } from './hooks.ts';
import type { Entrance, Route } from './route.ts';

/** How far somebody is with coming in. */
export type Entry =
  /** The server is asked who this is. */
  | { readonly step: 'asking' }
  | { readonly step: 'password' | 'code' | 'recovery' }
  /** By a link that is spent once. */
  | { readonly step: 'first' | 'invite'; readonly link: string };

/** What is typed to come in. Kept in memory only, and forgotten once somebody is in. */
export interface Typed {
  readonly clinic: string;
  readonly signInName: string;
  readonly password: string;
  readonly repeated: string;
  readonly code: string;
  readonly name: string;
}

export const NOTHING_TYPED: Typed = {
  clinic: '',
  signInName: '',
  password: '',
  repeated: '',
  code: '',
  name: '',
};

/** What was made a moment ago and is shown this once. */
export type Shown =
  | {
      readonly kind: 'booked';
      readonly booked: Booked;
      readonly draft: Draft;
      /** The words of what is sent to the patient. */
      readonly told: ClinicWords;
    }
  | { readonly kind: 'seat'; readonly appointment: string; readonly seat: WayIn }
  | { readonly kind: 'invitation'; readonly name: string; readonly link: string }
  | { readonly kind: 'key'; readonly text: string }
  | { readonly kind: 'hook'; readonly url: string; readonly secret: string };

/** The second factor while it is set up. */
export type Factor =
  | { readonly step: 'offered'; readonly secret: string; readonly uri: string }
  | { readonly step: 'confirmed'; readonly recoveryCodes: readonly string[] };

/** What is asked once before it is done, and where. */
export interface Question {
  readonly kind:
    | 'reschedule'
    | 'cancel'
    | 'noShow'
    | 'transfer'
    | 'newLink'
    | 'disable'
    | 'inviteAgain'
    | 'dropFactor'
    | 'revokeKey'
    | 'dropHook'
    | 'edit';
  /** A seat, an account, a key, a webhook; empty where the page has only one such thing. */
  readonly about: string;
}

export type Model = ReturnType<typeof createModel>;

export function createModel(language: Language, words: ClinicWords) {
  const session = signal<SessionResponse | undefined>(undefined);
  const day = signal<Day | undefined>(undefined);
  /** The server's time, looked at now and then: minutes need no more. */
  const now = signal(0);
  const rows = computed(() => (day.value ? rowsOf(day.value, now.value) : []));
  const noticed = signal<ReadonlySet<string>>(new Set());
  return {
    language: signal(language),
    words: signal(words),
    route: signal<Route>({ page: 'day' }),
    session,
    entry: signal<Entry>({ step: 'asking' }),
    typed: signal(NOTHING_TYPED),
    /** Was signed in on this page before. */
    isSignedOutByAge: signal(false),
    /** Said above the sign-in: an account was made, a password was set. */
    welcome: signal<'created' | 'passwordSet' | undefined>(undefined),
    /** Since when the server is not reached. */
    awaySince: signal<number | undefined>(undefined),
    day,
    now,
    rows,
    next: computed(() => (day.value ? nextOf(rows.value, day.value) : undefined)),
    noticed,
    /** Who came and was not noticed yet: the reason to ring. */
    unnoticed: computed(() => unnoticed(rows.value, noticed.value)),
    mayAskNotify: signal(false),
    /** The consultation's page that the browser did not open. */
    blocked: signal<string | undefined>(undefined),
    /** What was told last, `null`: that it is not late after all; and to how many. */
    late: signal<{ minutes: number | null; told: number } | undefined>(undefined),
    draft: signal<Draft | undefined>(undefined),
    /** The form was sent once: from then on it says what is amiss. */
    isChecked: signal(false),
    shown: signal<Shown | undefined>(undefined),
    question: signal<Question | undefined>(undefined),
    staff: signal<readonly Colleague[] | undefined>(undefined),
    newStaff: signal<NewcomerRequest | undefined>(undefined),
    keys: signal<readonly KeyView[] | undefined>(undefined),
    hooks: signal<readonly Webhook[] | undefined>(undefined),
    newHook: signal<HookDraft | undefined>(undefined),
    /** What did not arrive at one webhook, once it was asked for. */
    undelivered: signal<(UndeliveredResponse & { readonly webhook: string }) | undefined>(
      undefined,
    ),
    /** How much of it was put back into the queue a moment ago. */
    retried: signal<{ readonly webhook: string; readonly count: number } | undefined>(undefined),
    audit: signal<readonly AuditEntry[] | undefined>(undefined),
    sessions: signal<readonly OwnSession[] | undefined>(undefined),
    factor: signal<Factor | undefined>(undefined),
    isPasswordChanged: signal(false),
    /** Which act goes on: its button waits, and nothing is done twice. */
    busy: signal<string | undefined>(undefined),
    /** Why the last act was not done. */
    trouble: signal<Trouble | undefined>(undefined),
    /** Said once to who cannot see the screen. */
    announced: signal(''),
  };
}

export function entryOf(entrance: Entrance | undefined): Entry {
  return entrance ? { step: entrance.kind, link: entrance.link } : { step: 'asking' };
}
