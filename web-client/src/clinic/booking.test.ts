import { expect, test } from 'vitest';
import { type Draft, faultsOf, newDraft, requestOf, spokenCode } from './booking.ts';
import { momentOf } from './times.ts';

const NOW = momentOf('2026-11-22', '09:02') ?? 0;
const LAN = 'a000000000000001';
const draft = (part: Partial<Draft> = {}): Draft => ({
  ...newDraft(NOW, LAN, []),
  patient: 'Sùng Thị Mai',
  phone: '0912 345 678',
  ...part,
});

test('an empty form already proposes the next free quarter of an hour, twenty minutes, and oneself', () => {
  const nine15 = momentOf('2026-11-22', '09:15') ?? 0;
  const free = newDraft(NOW, LAN, []);
  expect([free.date, free.time, free.minutes, free.practitioner]).toEqual([
    '2026-11-22',
    '9:15',
    20,
    LAN,
  ]);
  const taken = { begins: nine15, minutes: 20, phase: 'scheduled' } as const;
  expect(newDraft(NOW, LAN, [taken]).time).toBe('9:45');
  expect(newDraft(NOW, LAN, [{ ...taken, phase: 'cancelled' }]).time).toBe('9:15');
});

test('a name and a telephone make an appointment', () => {
  expect(requestOf(draft())).toEqual({
    begins: momentOf('2026-11-22', '09:15'),
    minutes: 20,
    people: [
      { role: 'practitioner', account: LAN },
      { role: 'patient', name: 'Sùng Thị Mai', phone: '0912345678' },
    ],
  });
});

test('messages are in Vietnamese unless somebody says otherwise', () => {
  const languageOf = (part: Partial<Draft>) =>
    requestOf(draft(part))?.people.map((person) => 'language' in person && person.language);
  expect(languageOf({})).toEqual([false, false]);
  expect(languageOf({ language: 'ko' })).toEqual([false, 'ko']);
});

test('everybody else comes only when asked for', () => {
  const request = requestOf(
    draft({
      phone: '',
      interpreter: {
        account: '',
        name: ' Vàng A Sử ',
        from: 'mww',
        to: 'vi',
        licence: ' 000123/ĐB ',
      },
      companion: { name: 'Sùng A Páo', phone: '+84 91-234-5679' },
      priority: 'pregnant',
    }),
  );
  expect(request?.priority).toBe('pregnant');
  expect(request?.people.slice(1)).toEqual([
    { role: 'patient', name: 'Sùng Thị Mai' },
    { role: 'interpreter', name: 'Vàng A Sử', languages: ['mww', 'vi'], licence: '000123/ĐB' },
    { role: 'companion', name: 'Sùng A Páo', phone: '+84912345679' },
  ]);
});

test('what is amiss is named, in the order of the form, and nothing is sent', () => {
  const wrong = draft({
    patient: '  ',
    phone: 'gọi sau',
    time: '',
    practitioner: '',
    interpreter: { account: '', name: '', from: 'vi', to: 'vi', licence: '1'.repeat(41) },
    companion: { name: '', phone: '1' },
  });
  expect(faultsOf(wrong)).toEqual([
    'patient',
    'phone',
    'time',
    'practitioner',
    'interpreter',
    'languages',
    'licence',
    'companion',
    'companionPhone',
  ]);
  expect(requestOf(wrong)).toBeUndefined();
  expect(faultsOf(draft())).toEqual([]);
});

test('a name is at most as long as the server takes, in letters', () => {
  expect(faultsOf(draft({ patient: 'ế'.repeat(60) }))).toEqual([]);
  expect(faultsOf(draft({ patient: 'ế'.repeat(61) }))).toEqual(['patient']);
});

test('a code is read over the telephone in two groups of four', () => {
  expect(spokenCode('12345678')).toBe('1234 5678');
});
