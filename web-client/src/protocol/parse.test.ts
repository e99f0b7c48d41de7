import { describe, expect, test } from 'vitest';
import {
  ParseError,
  parseInvitation,
  parseJoinResponse,
  parseProblemCode,
  parseServerMessage,
} from './parse.ts';

const seat = {
  seat: 1,
  name: 'Bác sĩ Lan',
  role: 'practitioner',
  admission: 'admitted',
  present: true,
  connection: 'up',
  microphone: true,
  camera: false,
  hand: false,
};

const waiting = {
  ...seat,
  seat: 3,
  role: 'interpreter',
  languages: ['vi', 'ko'],
  admission: 'waiting',
  waitingSince: 1_732_200_000_000,
  ahead: 0,
};

const answer = {
  version: 1,
  transport: 'new',
  answer: 'v=0',
  resume: 'r'.repeat(22),
  you: 1,
  seats: [seat, waiting],
  locked: false,
  slots: [{ slot: 0, epoch: 1, seat: 2 }],
  senders: { microphone: true, encodings: ['q', 'h'] },
};

describe('the answer to a join', () => {
  test('is read', () => {
    expect(parseJoinResponse(answer)).toEqual(answer);
  });

  test('may have fields and encodings that this page does not know', () => {
    const newer = {
      ...answer,
      mood: 'good',
      senders: { ...answer.senders, encodings: ['q', 'x'] },
      seats: [{ ...seat, hat: true }, waiting],
    };
    expect(parseJoinResponse(newer)).toEqual({
      ...answer,
      senders: { microphone: true, encodings: ['q'] },
    });
  });

  test.each(['kept', 'none'])('whose transport is %s brings no description', (transport) => {
    const { answer: _, ...rest } = answer;
    expect(parseJoinResponse({ ...rest, transport })).toEqual({ ...rest, transport });
  });

  test.each(['transport', 'locked', 'answer', 'resume', 'you', 'seats', 'slots', 'senders'])(
    'needs %s',
    (field) => {
      expect(() => parseJoinResponse({ ...answer, [field]: undefined })).toThrow(ParseError);
    },
  );

  test.each([null, 'text', 7, undefined])('is not %j', (raw) => {
    expect(() => parseJoinResponse(raw)).toThrow(ParseError);
  });

  test('never puts what it refuses into its error', () => {
    expect(() => parseJoinResponse({ ...answer, resume: { secret: 1 } })).toThrow(/^resume$/);
  });
});

describe('an invitation', () => {
  const invitation = {
    version: 1,
    you: { name: 'Páo', role: 'patient' },
    practitioners: ['Bác sĩ Lan'],
    clinic: 'Trạm y tế Tả Van',
    taken: false,
  };

  test('is read, with or without a clinic and languages', () => {
    expect(parseInvitation(invitation)).toEqual(invitation);
    const { clinic: _, ...plain } = invitation;
    const interpreter = { name: 'Mỷ', role: 'interpreter', languages: ['vi', 'hmn'] };
    expect(parseInvitation({ ...plain, you: interpreter, later: 1 })).toEqual({
      ...plain,
      you: interpreter,
    });
  });

  test.each(['you', 'practitioners', 'taken'])('needs %s', (field) => {
    expect(() => parseInvitation({ ...invitation, [field]: undefined })).toThrow(ParseError);
  });
});

describe('a message', () => {
  const entry = { id: 1, seat: 2, text: 'chào', at: 1_732_200_000_000 };
  const consent = { subject: 2, scope: 'careByVideo', standing: 'withdrawn', at: 1 };
  const signature = { version: 3, at: 1, by: 1 };

  test.each([
    { type: 'welcome', you: 1, seats: [seat, waiting], chat: [entry], locked: true, now: 1 },
    { type: 'seatChanged', seat: waiting },
    { type: 'seatGone', seat: 2 },
    { type: 'lockChanged', locked: true },
    { type: 'late', late: { minutes: 10, at: 1_732_200_000_000 } },
    { type: 'late' },
    { type: 'consents', asked: ['careByVideo'], known: [consent], withheld: [3] },
    { type: 'paper', paper: 'notes', version: 4, at: 1, by: 1, text: '', signature },
    { type: 'paperSaved', paper: 'summary', version: 1, at: 1 },
    { type: 'seatChanged', seat: { ...seat, part: 'treating' } },
    { type: 'muteRequested', by: 1 },
    { type: 'turn', seat: 3, kind: 'slower', at: 1_732_200_000_000 },
    { type: 'chat', ...entry, with: 2 },
    { type: 'chat', ...entry, ref: 'abc' },
    { type: 'chat', ...entry },
    { type: 'rejoin', reason: 'transportLost' },
    { type: 'ended', reason: 'takenOver' },
    { type: 'error', code: 'malformed', message: 'no' },
  ])('of type $type is read, without what is new in it', (message) => {
    expect(parseServerMessage({ ...message, later: true })).toEqual(message);
  });

  test('of an unknown type is ignored', () => {
    expect(parseServerMessage({ type: 'applause', seat: 2 })).toBeUndefined();
  });

  test.each([
    { type: 'seatGone' },
    { type: 'seatGone', seat: '2' },
    { type: 'seatGone', seat: 1.5 },
    { type: 'seatChanged', seat: { ...seat, admission: undefined } },
    { type: 'welcome', you: 1, seats: [], chat: [] },
    { type: 'chat', id: 1, seat: 2, text: 7, at: 1 },
    { type: 'lockChanged', locked: 'yes' },
    { type: 'late', late: { minutes: 10 } },
    { type: 'consents', asked: [], known: [{ subject: 2 }], withheld: [] },
    { type: 'paper', paper: 'notes', version: 1, at: 1, by: 1 },
  ])('that lacks what its type needs is refused: %j', (message) => {
    expect(() => parseServerMessage(message)).toThrow(ParseError);
  });
});

test('a refusal has a code, a page of a proxy has none', () => {
  expect(parseProblemCode({ code: 'room_full', message: '' })).toBe('room_full');
  expect(parseProblemCode('<html>')).toBeUndefined();
  expect(parseProblemCode(null)).toBeUndefined();
  expect(parseProblemCode({ code: 502 })).toBeUndefined();
});
