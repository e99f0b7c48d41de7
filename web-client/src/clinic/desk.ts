/** What the staff can do on their pages, put together: each asks the server or changes the view. */
import type { ClinicWords } from '../i18n/clinic/words.ts';
import type { Language } from '../i18n/words.ts';
import { StaffFailure } from '../signaling/staff.ts';
import { type Administering, administering } from './administering.ts';
import type { Api } from './api.ts';
import { type Booking, bookingActs } from './bookingacts.ts';
import { type Entering, entering } from './entering.ts';
import { type Hooking, hooking } from './hooking.ts';
import type { Model, Question } from './model.ts';
import { type Own, ownAccount } from './ownaccount.ts';
import { type Rounds, rounds } from './rounds.ts';
import type { Route } from './route.ts';

/** What the pages need of the browser; tests put their own in. */
export interface DeskParts {
  readonly api: Api;
  /** Where the pages come from, for links: `https://host`. */
  readonly origin: string;
  /** The page goes there; the model’s route follows. */
  go(route: Route, how?: 'replace'): void;
  /** A window of its own for a consultation; undefined where the browser forbids it. To be called in the tap itself. */
  open(name: string): Opened | undefined;
  copy(text: string): Promise<void>;
  /** Loads the words of a language. */
  wordsIn(language: Language): Promise<ClinicWords>;
  /** Loads the words of a language, and keeps the choice. */
  speak(language: Language): Promise<ClinicWords>;
  askNotify(): Promise<boolean>;
  /** The server’s time, as far as it is known. */
  clock(): number;
  /** By chance: 22 characters. */
  newKey(): string;
}

export interface Opened {
  /** Shows the consultation already: it is brought to the front, and nothing in it is lost. */
  readonly isInUse: boolean;
  go(url: string): void;
  close(): void;
}

/** How requests are made. undefined: it was not done, and why is said. */
export interface Doing {
  /** One thing at a time. */
  run<Answer>(busy: string, act: () => Promise<Answer>): Promise<Answer | undefined>;
  /** Changes nothing, and so holds up nothing. */
  look<Answer>(asked: () => Promise<Answer>, of?: string): Promise<Answer | undefined>;
}

export interface Common {
  go(route: Route): void;
  /** Asks once, or takes the question back. */
  ask(question: Question | undefined): void;
  copy(text: string): Promise<void>;
  speak(language: Language): Promise<void>;
}

export type Actions = Common & Entering & Rounds & Booking & Own & Administering & Hooking;

export function createDesk(model: Model, parts: DeskParts): Actions {
  const doing: Doing = {
    async look(asked, of) {
      try {
        return await asked();
      } catch (failure) {
        if (!(failure instanceof StaffFailure)) throw failure;
        // Whoever is signed out sees the sign-in: that says it.
        if (failure.code !== 'session_unknown') {
          model.trouble.value = { code: failure.code, retryAfter: failure.retryAfter, of };
        }
        return undefined;
      }
    },
    async run(busy, act) {
      if (model.busy.value !== undefined) return undefined;
      model.busy.value = busy;
      model.trouble.value = undefined;
      try {
        return await doing.look(act, busy);
      } finally {
        model.busy.value = undefined;
      }
    },
  };
  const common: Common = {
    go(route) {
      model.question.value = undefined;
      model.trouble.value = undefined;
      model.undelivered.value = undefined;
      model.retried.value = undefined;
      if (route.page !== 'day' || route.beside?.kind !== 'new') model.shown.value = undefined;
      parts.go(route);
    },
    ask(question) {
      model.trouble.value = undefined;
      model.question.value = question;
    },
    copy: (text) => parts.copy(text),
    async speak(language) {
      const words = await parts.speak(language);
      model.language.value = language;
      model.words.value = words;
    },
  };
  return {
    ...common,
    ...entering(model, parts, doing),
    ...rounds(model, parts, doing),
    ...bookingActs(model, parts, doing, common),
    ...ownAccount(model, parts, doing),
    ...administering(model, parts, doing),
    ...hooking(model, parts, doing),
  };
}

/** A page of this server: a link is what stands behind the `#`. It begins in Vietnamese. */
export function addressOf(link: string, origin: string, language: Language = 'vi'): string {
  const asked = language === 'vi' ? '' : `?lang=${language}`;
  return /^https?:/.test(link) ? link : `${origin}/${asked}#${link}`;
}
