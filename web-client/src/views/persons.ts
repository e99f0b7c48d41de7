/** People in words: role, languages, and how long they wait. Pure. */
import { languagePair } from '../app/languages.ts';
import type { Model } from '../app/model.ts';
import type { Condition } from '../app/people.ts';
import { findSeat } from '../app/room.ts';
import { minutesBetween } from '../app/waiting.ts';
import { type AppWords, fill } from '../i18n/words.ts';
import type { NetworkLevel, Part, Role, TurnKind } from '../protocol/generated/messages.ts';

export function roleWords(role: Role, words: AppWords): string {
  switch (role) {
    case 'practitioner':
      return words.rolePractitioner;
    case 'patient':
      return words.rolePatient;
    case 'interpreter':
      return words.roleInterpreter;
    case 'companion':
      return words.roleCompanion;
    case 'observer':
      return words.roleObserver;
    default:
      return role satisfies never;
  }
}

export function conditionWords(condition: Condition, words: AppWords): string {
  switch (condition) {
    case 'here':
      return words.conditionHere;
    case 'lost':
      return words.conditionLost;
    case 'connecting':
      return words.theirLinkAway;
    case 'absent':
      return words.conditionAbsent;
    case 'waiting':
      return words.conditionWaiting;
    case 'held':
      return words.conditionHeld;
    case 'denied':
      return words.conditionDenied;
    case 'removed':
      return words.conditionRemoved;
    default:
      return condition satisfies never;
  }
}

/** Beside somebody in the call, in as few words as there is room for. */
export function networkWords(level: Exclude<NetworkLevel, 'good'>, words: AppWords): string {
  switch (level) {
    case 'fair':
      return words.networkFair;
    case 'weak':
      return words.networkWeak;
    case 'poor':
      return words.networkPoor;
    default:
      return level satisfies never;
  }
}

/** Beside somebody who waits: what to expect of the call with them. */
export function prospectWords(level: NetworkLevel, words: AppWords): string {
  switch (level) {
    case 'good':
      return words.prospectGood;
    case 'fair':
      return words.prospectFair;
    case 'weak':
      return words.prospectWeak;
    case 'poor':
      return words.prospectPoor;
    default:
      return level satisfies never;
  }
}

export function turnWords(kind: TurnKind, words: AppWords): string {
  switch (kind) {
    case 'pause':
      return words.turnPause;
    case 'repeat':
      return words.turnRepeat;
    case 'slower':
      return words.turnSlower;
    default:
      return kind satisfies never;
  }
}

interface Described {
  readonly role: Role | undefined;
  readonly languages?: readonly [string, string] | undefined;
  readonly part?: Part;
}

function partWords(part: Part, words: AppWords): string | undefined {
  switch (part) {
    case 'treating':
      return words.partTreating;
    case 'advising':
      return words.partAdvising;
    case 'representing':
      return words.partRepresenting;
    // Said by the languages.
    case 'interpreting':
      return undefined;
    default:
      return part satisfies never;
  }
}

/** `Phiên dịch · Việt ⇄ Hàn` */
export function roleAndLanguages({ role, languages, part }: Described, model: Model): string {
  return [
    role && roleWords(role, model.words),
    part && partWords(part, model.words),
    languages && languagePair(languages, model.language),
  ]
    .filter(Boolean)
    .join(' · ');
}

/** undefined while the server's time is not known: then nothing is said rather than something wrong. */
export function waitedWords(since: number | undefined, model: Model): string | undefined {
  const now = model.serverNow.value;
  if (since === undefined || now === undefined) return undefined;
  const count = minutesBetween(since, now);
  return count === 0 ? model.words.waitedNow : fill(model.words.waitedMinutes, { count });
}

/** Oneself is `me`, whoever is not known yet has a word too. */
export function nameOf(seat: number, { room, words }: Model): string {
  if (seat === room.value.you) return words.me;
  return findSeat(room.value, seat)?.name ?? words.unnamed;
}

/** Of the last word, which is the given name in Vietnamese. */
export function initial(name: string): string {
  return [...(name.trim().split(/\s+/).at(-1) ?? '')][0] ?? '';
}
