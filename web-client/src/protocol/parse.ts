/**
 * The one parser at the edge: unknown JSON in, wire types out.
 *
 * Lenient about what is new (unknown fields and message types are ignored, so that an older page
 * survives a newer server), strict about what is used: a message that lacks a field is refused whole.
 */
import type {
  Admission,
  ChatEntry,
  ConnectionState,
  ConsentScope,
  ConsentState,
  Consents,
  ConsentTextResponse,
  Encoding,
  EndReason,
  ErrorCode,
  InvitationResponse,
  JoinResponse,
  LateNotice,
  NetworkLevel,
  Paper,
  PaperState,
  Part,
  RejoinReason,
  Role,
  Seat,
  ServerMessage,
  Slot as SlotOwner,
  Transport,
  TurnKind,
} from './generated/messages.ts';

/** Says which field was not what it had to be. Never holds the value: it may be personal. */
export class ParseError extends Error {}

type Fields = Record<string, unknown>;

/** The answer to POST /v1/invitation. */
export function parseInvitation(raw: unknown): InvitationResponse {
  const from = fields(raw, 'invitation');
  const you = fields(from.you, 'you');
  return {
    version: integer(from, 'version'),
    you: { name: text(you, 'name'), role: text(you, 'role') as Role, ...languagesOf(you) },
    practitioners: list(from, 'practitioners').filter((name) => typeof name === 'string'),
    ...(typeof from.clinic === 'string' ? { clinic: from.clinic } : {}),
    taken: flag(from, 'taken'),
  };
}

/** The answer to POST /v1/join and /v1/resume. */
export function parseJoinResponse(raw: unknown): JoinResponse {
  const from = fields(raw, 'join');
  const senders = fields(from.senders, 'senders');
  const transport = text(from, 'transport') as Transport;
  return {
    version: integer(from, 'version'),
    transport,
    // A fresh transport without its answer is no transport.
    ...(transport === 'new' ? { answer: text(from, 'answer') } : {}),
    resume: text(from, 'resume'),
    you: integer(from, 'you'),
    seats: list(from, 'seats').map(parseSeat),
    locked: flag(from, 'locked'),
    slots: list(from, 'slots').map(parseSlotOwner),
    senders: {
      microphone: flag(senders, 'microphone'),
      encodings: list(senders, 'encodings').filter(isRid),
    },
  };
}

/** The stable code of a refused request; undefined when the body is not ours (a proxy's page). */
export function parseProblemCode(raw: unknown): string | undefined {
  const code = typeof raw === 'object' && raw !== null ? (raw as Fields).code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** One WebSocket message; undefined for a type that this page does not know. */
export function parseServerMessage(raw: unknown): ServerMessage | undefined {
  const from = fields(raw, 'message');
  switch (from.type) {
    case 'welcome':
      return {
        type: 'welcome',
        you: integer(from, 'you'),
        seats: list(from, 'seats').map(parseSeat),
        chat: list(from, 'chat').map(parseChatEntry),
        locked: flag(from, 'locked'),
        ...optionalLate(from),
        ...(from.consents === undefined ? {} : { consents: parseConsents(from.consents) }),
        now: integer(from, 'now'),
      };
    case 'seatChanged':
      return { type: 'seatChanged', seat: parseSeat(from.seat) };
    case 'seatGone':
      return { type: 'seatGone', seat: integer(from, 'seat') };
    case 'lockChanged':
      return { type: 'lockChanged', locked: flag(from, 'locked') };
    case 'late':
      return { type: 'late', ...optionalLate(from) };
    case 'consents':
      return { type: 'consents', ...parseConsents(from) };
    case 'paper':
      return { type: 'paper', ...parsePaper(from) };
    case 'paperSaved':
      return {
        type: 'paperSaved',
        paper: text(from, 'paper') as Paper,
        version: integer(from, 'version'),
        at: integer(from, 'at'),
      };
    case 'muteRequested':
      return { type: 'muteRequested', by: integer(from, 'by') };
    case 'turn':
      return {
        type: 'turn',
        seat: integer(from, 'seat'),
        kind: text(from, 'kind') as TurnKind,
        at: integer(from, 'at'),
      };
    case 'chat':
      return {
        type: 'chat',
        ...parseChatEntry(from),
      };
    case 'rejoin':
      return { type: 'rejoin', reason: text(from, 'reason') as RejoinReason };
    case 'ended':
      return { type: 'ended', reason: text(from, 'reason') as EndReason };
    case 'error':
      return {
        type: 'error',
        code: text(from, 'code') as ErrorCode,
        message: text(from, 'message'),
      };
    default:
      return undefined;
  }
}

function parseSeat(raw: unknown): Seat {
  const from = fields(raw, 'seat');
  return {
    seat: integer(from, 'seat'),
    name: text(from, 'name'),
    role: text(from, 'role') as Role,
    ...languagesOf(from),
    ...(typeof from.part === 'string' ? { part: from.part as Part } : {}),
    admission: text(from, 'admission') as Admission,
    ...optionalInteger(from, 'waitingSince'),
    ...optionalInteger(from, 'ahead'),
    present: flag(from, 'present'),
    connection: text(from, 'connection') as ConnectionState,
    ...(typeof from.network === 'string' ? { network: from.network as NetworkLevel } : {}),
    microphone: flag(from, 'microphone'),
    camera: flag(from, 'camera'),
    hand: flag(from, 'hand'),
  };
}

function optionalLate({ late }: Fields): { late?: LateNotice } {
  if (late === undefined) return {};
  const from = fields(late, 'late');
  return { late: { minutes: integer(from, 'minutes'), at: integer(from, 'at') } };
}

/** The words of consent: each of them is used. */
export function parseConsentText(raw: unknown): ConsentTextResponse {
  const from = fields(raw, 'text');
  return {
    version: integer(from, 'version'),
    language: text(from, 'language'),
    hash: text(from, 'hash'),
    title: text(from, 'title'),
    paragraphs: list(from, 'paragraphs').map((one) => String(one)),
    boxes: list(from, 'boxes').map((raw) => {
      const box = fields(raw, 'box');
      return { scope: text(box, 'scope') as ConsentScope, words: text(box, 'words') };
    }),
  };
}

function parseConsents(raw: unknown): Consents {
  const from = fields(raw, 'consents');
  return {
    asked: list(from, 'asked') as ConsentScope[],
    known: list(from, 'known').map((one) => {
      const state = fields(one, 'known');
      integer(state, 'subject');
      integer(state, 'at');
      text(state, 'scope');
      text(state, 'standing');
      return state as unknown as ConsentState;
    }),
    withheld: list(from, 'withheld').filter(Number.isSafeInteger) as number[],
  };
}

export function parsePaper(raw: unknown): PaperState {
  const from = fields(raw, 'paper');
  const signature = from.signature === undefined ? undefined : fields(from.signature, 'signature');
  return {
    paper: text(from, 'paper') as Paper,
    version: integer(from, 'version'),
    at: integer(from, 'at'),
    by: integer(from, 'by'),
    text: text(from, 'text'),
    ...(signature && {
      signature: {
        version: integer(signature, 'version'),
        at: integer(signature, 'at'),
        by: integer(signature, 'by'),
      },
    }),
  };
}

function parseSlotOwner(raw: unknown): SlotOwner {
  const from = fields(raw, 'slot');
  return {
    slot: integer(from, 'slot'),
    epoch: integer(from, 'epoch'),
    seat: integer(from, 'seat'),
  };
}

function parseChatEntry(raw: unknown): ChatEntry {
  const from = fields(raw, 'chat');
  return {
    id: integer(from, 'id'),
    seat: integer(from, 'seat'),
    text: text(from, 'text'),
    at: integer(from, 'at'),
    ...(typeof from.ref === 'string' ? { ref: from.ref } : {}),
    ...optionalInteger(from, 'with'),
  };
}

export function languagesOf(from: Fields): { languages?: [string, string] } {
  if (!Array.isArray(from.languages)) return {};
  const [one, other] = from.languages as unknown[];
  return typeof one === 'string' && typeof other === 'string' ? { languages: [one, other] } : {};
}

function isRid(rid: unknown): rid is Encoding {
  return rid === 'q' || rid === 'h' || rid === 'f';
}

export function fields(raw: unknown, name: string): Fields {
  if (typeof raw !== 'object' || raw === null) throw new ParseError(name);
  return raw as Fields;
}

export function text(from: Fields, name: string): string {
  const value = from[name];
  if (typeof value !== 'string') throw new ParseError(name);
  return value;
}

export function integer(from: Fields, name: string): number {
  const value = from[name];
  if (!Number.isSafeInteger(value)) throw new ParseError(name);
  return value as number;
}

/** Absent stays absent: there is no number that means nothing. */
export function optionalInteger<Name extends string>(
  from: Fields,
  name: Name,
): { readonly [Key in Name]?: number } {
  return Number.isSafeInteger(from[name])
    ? ({ [name]: from[name] } as { [Key in Name]: number })
    : {};
}

function flag(from: Fields, name: string): boolean {
  const value = from[name];
  if (typeof value !== 'boolean') throw new ParseError(name);
  return value;
}

export function list(from: Fields, name: string): unknown[] {
  const value = from[name];
  if (!Array.isArray(value)) throw new ParseError(name);
  return value;
}
