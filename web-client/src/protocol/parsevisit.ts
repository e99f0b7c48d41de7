/** A visit as its people may see it, from unknown JSON. As lenient and as strict as parse.ts. */
import type {
  ConsentState,
  Phase,
  Role,
  VisitPerson,
  VisitResponse,
} from './generated/messages.ts';
import { fields, integer, languagesOf, list, optionalInteger, parsePaper, text } from './parse.ts';

/** The answer to POST /v1/visit and /v1/visit/say. */
export function parseVisit(raw: unknown): VisitResponse {
  const from = fields(raw, 'visit');
  const { clinic, summary, papers } = from;
  return {
    version: integer(from, 'version'),
    you: integer(from, 'you'),
    ...(typeof clinic === 'string' ? { clinic } : {}),
    phase: text(from, 'phase') as Phase,
    ...optionalInteger(from, 'begun'),
    ...optionalInteger(from, 'ended'),
    people: list(from, 'people').map(parsePerson),
    consents: list(from, 'consents').map((one) => {
      const state = fields(one, 'consent');
      text(state, 'scope');
      text(state, 'standing');
      integer(state, 'at');
      return state as unknown as ConsentState;
    }),
    ...(summary === undefined ? {} : { summary: parsePaper(summary) }),
    ...(papers === undefined ? {} : { papers: list(from, 'papers').map(parsePaper) }),
  };
}

function parsePerson(raw: unknown): VisitPerson {
  const from = fields(raw, 'person');
  return {
    seat: integer(from, 'seat'),
    ...(typeof from.name === 'string' ? { name: from.name } : {}),
    role: text(from, 'role') as Role,
    ...languagesOf(from),
    stays: list(from, 'stays').map((one) => {
      const stay = fields(one, 'stay');
      return { from: integer(stay, 'from'), ...optionalInteger(stay, 'until') };
    }),
  };
}
