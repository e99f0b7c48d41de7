/** A new appointment while it is written: sensible from the start, checked before it is sent. Pure. */
import type { Language } from '../i18n/words.ts';
import { LICENCE_MAX_CHARS, NAME_MAX_CHARS } from '../protocol/generated/limits.ts';
import type {
  Appointment,
  BookRequest,
  Colleague,
  Invitee,
  LanguageCode,
  PriorityClass,
} from './contract.ts';
import { clock, dateOf, momentOf, nextFreeQuarter } from './times.ts';

export interface Draft {
  readonly patient: string;
  readonly phone: string;
  /** In which the patient gets messages. */
  readonly language: Language;
  readonly date: string;
  readonly time: string;
  readonly minutes: number;
  /** An account. */
  readonly practitioner: string;
  readonly interpreter: InterpreterDraft | undefined;
  readonly companion: { readonly name: string; readonly phone: string } | undefined;
  readonly priority: PriorityClass | undefined;
}

export interface InterpreterDraft {
  /** An account; empty: somebody from outside, by `name`. */
  readonly account: string;
  readonly name: string;
  readonly from: LanguageCode;
  readonly to: LanguageCode;
  /** The number of the licence to practise, where one was shown; else empty. */
  readonly licence: string;
}

/** What people choose from; anything between the server's 5 and 240 minutes is possible. */
export const LENGTHS = [10, 15, 20, 30, 45, 60] as const;
const USUAL_MINUTES = 20;

/** Languages spoken with patients here, the most frequent first; the rest of the world's after them. */
export const LANGUAGES: readonly LanguageCode[] = [
  ...['vi', 'mww', 'blt', 'twh', 'tyz', 'nut', 'mtq', 'ium', 'mji', 'km', 'jra', 'rad', 'bdq'],
  ...['kpm', 'sed', 'hre', 'cjm', 'kjg', 'tou', 'hab', 'haf', 'hos'],
  ...['en', 'ko', 'zh', 'ja', 'fr', 'lo', 'ru'],
];

/** `account` is one's own if one treats; else the first colleague who does. */
export function newDraft(
  now: number,
  practitioner: string,
  taken: readonly Pick<Appointment, 'begins' | 'minutes' | 'phase'>[],
): Draft {
  const busy = taken.flatMap(({ begins, minutes, phase }) =>
    begins === undefined || minutes === undefined || phase === 'cancelled' || phase === 'noShow'
      ? []
      : [{ begins, minutes }],
  );
  const begins = nextFreeQuarter(now, USUAL_MINUTES, busy);
  return {
    patient: '',
    phone: '',
    language: 'vi',
    date: dateOf(begins),
    time: clock(begins),
    minutes: USUAL_MINUTES,
    practitioner,
    interpreter: undefined,
    companion: undefined,
    priority: undefined,
  };
}

/** Who can be booked to treat, and to interpret. */
export function bookable(staff: readonly Colleague[], role: 'practitioner' | 'interpreter') {
  return staff.filter((member) => member.role === role && member.standing !== 'disabled');
}

/** Fields that are not yet as they have to be, by their names. */
export type Fault =
  | 'patient'
  | 'phone'
  | 'time'
  | 'practitioner'
  | 'interpreter'
  | 'languages'
  | 'licence'
  | 'companion'
  | 'companionPhone';

/** What keeps it from being sent, in the order of the form. */
export function faultsOf(draft: Draft): Fault[] {
  const { interpreter, companion } = draft;
  const faults: (Fault | false | undefined)[] = [
    !isName(draft.patient) && 'patient',
    !isPhone(draft.phone) && 'phone',
    momentOf(draft.date, draft.time) === undefined && 'time',
    draft.practitioner === '' && 'practitioner',
    interpreter && interpreter.account === '' && !isName(interpreter.name) && 'interpreter',
    interpreter && interpreter.from === interpreter.to && 'languages',
    interpreter && [...interpreter.licence.trim()].length > LICENCE_MAX_CHARS && 'licence',
    companion && !isName(companion.name) && 'companion',
    companion && !isPhone(companion.phone) && 'companionPhone',
  ];
  return faults.filter((fault) => fault !== false && fault !== undefined);
}

/** undefined while something is amiss. */
export function requestOf(draft: Draft): BookRequest | undefined {
  const begins = momentOf(draft.date, draft.time);
  // Vietnamese is what a clinic here writes without being told.
  const inLanguage: Pick<Invitee, 'language'> =
    draft.language === 'vi' ? {} : { language: draft.language };
  if (begins === undefined || faultsOf(draft).length > 0) return undefined;
  const people: Invitee[] = [
    { role: 'practitioner', account: draft.practitioner },
    { ...withPhone({ role: 'patient', name: draft.patient.trim() }, draft.phone), ...inLanguage },
  ];
  if (draft.interpreter) {
    const { account, name, from, to } = draft.interpreter;
    const who = account === '' ? { name: name.trim() } : { account };
    const licence = draft.interpreter.licence.trim();
    const shown = licence === '' ? {} : { licence };
    people.push({ role: 'interpreter', ...who, languages: [from, to], ...shown });
  }
  if (draft.companion) {
    const { name, phone } = draft.companion;
    people.push(withPhone({ role: 'companion', name: name.trim() }, phone));
  }
  return {
    begins,
    minutes: draft.minutes,
    people,
    ...(draft.priority ? { priority: draft.priority } : {}),
  };
}

function withPhone(person: Invitee, typed: string): Invitee {
  const phone = plainPhone(typed);
  return phone === '' ? person : { ...person, phone };
}

/** Without what people write between digits. */
export function plainPhone(typed: string): string {
  return typed.replace(/[\s().-]/g, '');
}

/** Empty, too: who has no telephone comes with somebody else's. */
function isPhone(typed: string): boolean {
  return /^(\+?\d{8,15})?$/.test(plainPhone(typed));
}

function isName(typed: string): boolean {
  const length = [...typed.trim()].length;
  return length > 0 && length <= NAME_MAX_CHARS;
}

/** `12345678` → `1234 5678`: as it is read over the telephone. */
export function spokenCode(code: string): string {
  return code.replace(/^(\d{4})(\d{4})$/, '$1 $2');
}
