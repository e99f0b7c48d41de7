/**
 * The one parser at the edge: unknown JSON in, wire types out.
 *
 * Lenient about what is new (unknown fields and message types are ignored, so that an older page
 * survives a newer server), strict about what is used: a message that lacks a field is refused whole.
 */
import type {
  ChatEntry,
  Encoding,
  EndReason,
  ErrorCode,
  JoinResponse,
  RejoinReason,
  Role,
  Seat,
  ServerMessage,
  Slot as SlotOwner,
} from './generated/messages.ts';

/** Says which field was not what it had to be. Never holds the value: it may be personal. */
export class ParseError extends Error {}

type Fields = Record<string, unknown>;

/** The answer to POST /v1/join. */
export function parseJoinResponse(raw: unknown): JoinResponse {
  const from = fields(raw, 'join');
  const senders = fields(from.senders, 'senders');
  return {
    version: integer(from, 'version'),
    answer: text(from, 'answer'),
    resume: text(from, 'resume'),
    you: integer(from, 'you'),
    seats: list(from, 'seats').map(parseSeat),
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
      };
    case 'seatJoined':
      return { type: 'seatJoined', seat: parseSeat(from.seat) };
    case 'seatLeft':
      return { type: 'seatLeft', seat: integer(from, 'seat') };
    case 'mediaChanged':
      return {
        type: 'mediaChanged',
        seat: integer(from, 'seat'),
        microphone: flag(from, 'microphone'),
        camera: flag(from, 'camera'),
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
    present: flag(from, 'present'),
    microphone: flag(from, 'microphone'),
    camera: flag(from, 'camera'),
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
  };
}

function isRid(rid: unknown): rid is Encoding {
  return rid === 'q' || rid === 'h' || rid === 'f';
}

function fields(raw: unknown, name: string): Fields {
  if (typeof raw !== 'object' || raw === null) throw new ParseError(name);
  return raw as Fields;
}

function text(from: Fields, name: string): string {
  const value = from[name];
  if (typeof value !== 'string') throw new ParseError(name);
  return value;
}

function integer(from: Fields, name: string): number {
  const value = from[name];
  if (!Number.isSafeInteger(value)) throw new ParseError(name);
  return value as number;
}

function flag(from: Fields, name: string): boolean {
  const value = from[name];
  if (typeof value !== 'boolean') throw new ParseError(name);
  return value;
}

function list(from: Fields, name: string): unknown[] {
  const value = from[name];
  if (!Array.isArray(value)) throw new ParseError(name);
  return value;
}
