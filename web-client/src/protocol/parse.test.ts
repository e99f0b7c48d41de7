import { describe, expect, test } from 'vitest';
import { ParseError, parseJoinResponse, parseProblemCode, parseServerMessage } from './parse.ts';

const seat = {
  seat: 1,
  name: 'Bác sĩ Lan',
  role: 'practitioner',
  present: true,
  microphone: true,
  camera: false,
};

const answer = {
  version: 1,
  answer: 'v=0',
  resume: 'r'.repeat(22),
  you: 1,
  seats: [seat],
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
      seats: [{ ...seat, hat: true }],
    };
    expect(parseJoinResponse(newer)).toEqual({
      ...answer,
      senders: { microphone: true, encodings: ['q'] },
    });
  });

  test.each(['answer', 'resume', 'you', 'seats', 'slots', 'senders'])('needs %s', (field) => {
    expect(() => parseJoinResponse({ ...answer, [field]: undefined })).toThrow(ParseError);
  });

  test.each([null, 'text', 7, undefined])('is not %j', (raw) => {
    expect(() => parseJoinResponse(raw)).toThrow(ParseError);
  });

  test('never puts what it refuses into its error', () => {
    expect(() => parseJoinResponse({ ...answer, resume: { secret: 1 } })).toThrow(/^resume$/);
  });
});

describe('a message', () => {
  const entry = { id: 1, seat: 2, text: 'chào', at: 1_732_200_000_000 };

  test.each([
    { type: 'welcome', you: 1, seats: [seat], chat: [entry] },
    { type: 'seatJoined', seat },
    { type: 'seatLeft', seat: 2 },
    { type: 'mediaChanged', seat: 2, microphone: false, camera: true },
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
    { type: 'seatLeft' },
    { type: 'seatLeft', seat: '2' },
    { type: 'seatLeft', seat: 1.5 },
    { type: 'chat', id: 1, seat: 2, text: 7, at: 1 },
    { type: 'mediaChanged', seat: 1, microphone: 'yes', camera: true },
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
