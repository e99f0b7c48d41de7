/** A visit in sentences: what the page says, line by line. Pure. */
import { fill, type VisitWords } from '../i18n/words.ts';
import type { ConsentState, VisitPerson, VisitResponse } from '../protocol/generated/messages.ts';

/** Whether a summary may still come: then the page asks again. */
export function awaitsSummary({ phase, summary }: VisitResponse): boolean {
  return summary === undefined && (phase === 'ended' || phase === 'inProgress');
}

/** What is said where the summary stands, or in its place. */
export function summaryWords(visit: VisitResponse, words: VisitWords): string {
  if (visit.summary) return visit.summary.text;
  switch (visit.phase) {
    case 'cancelled':
      return words.cancelled;
    case 'noShow':
      return words.noShow;
    case 'scheduled':
    case 'open':
    case 'inProgress':
      return words.notYet;
    case 'ended':
      return words.summaryComing;
    default:
      return words.summaryNone;
  }
}

/** “Bác sĩ Lan (người khám): 9:30 đến 9:45” */
export function personWords(person: VisitPerson, words: VisitWords): string {
  const stays = person.stays.map(({ from, until }) =>
    until === undefined
      ? fill(words.still, { from: timeOf(from) })
      : fill(words.stay, { from: timeOf(from), until: timeOf(until) }),
  );
  return `${person.name ?? words.erased} (${words[person.role]}): ${stays.join(', ')}`;
}

export function consentWords({ scope, standing, at }: ConsentState, words: VisitWords): string {
  const said = standing === 'given' ? words.given : words.withdrawn;
  return `${words[scope]}: ${fill(said, { time: timeOf(at) })}`;
}

export function signedWords(visit: VisitResponse, words: VisitWords): string {
  const signature = visit.summary?.signature;
  if (!signature) return '';
  const by = visit.people.find(({ seat }) => seat === signature.by);
  return fill(words.signed, { name: by?.name ?? words.practitioner, time: timeOf(signature.at) });
}

/** thứ Năm 12/3 */
export function dayOf(visit: VisitResponse, language: string): string {
  const at = visit.begun ?? visit.ended;
  if (at === undefined) return '';
  const day = new Date(at);
  const weekday = day.toLocaleDateString(language, { weekday: 'long' });
  return language === 'vi'
    ? `${weekday} ${day.getDate()}/${day.getMonth() + 1}`
    : day.toLocaleDateString(language, { weekday: 'long', day: 'numeric', month: 'long' });
}

/** What stood in the way, by the server's code. */
export function failureWords(code: string | undefined, words: VisitWords): string {
  switch (code) {
    case undefined:
    case 'rate_limited':
    case 'overloaded':
    case 'store_away':
    case 'internal':
      return words.away;
    case 'link_expired':
      return words.over;
    default:
      return words.unknown;
  }
}

function timeOf(at: number): string {
  const time = new Date(at);
  return `${time.getHours()}:${String(time.getMinutes()).padStart(2, '0')}`;
}
