import { beforeEach, expect, test } from 'vitest';
import * as english from '../i18n/clinic/en.ts';
import * as words from '../i18n/clinic/vi.ts';
import { StaffFailure } from '../signaling/staff.ts';
import type { Api } from './api.ts';
import type { Day, SessionResponse, Webhook } from './contract.ts';
import { rowsOf } from './day.ts';
import { addressOf, createDesk, type Opened } from './desk.ts';
import { isIn, signedOut, takeIn } from './entering.ts';
import { createModel } from './model.ts';

const NOW = Date.UTC(2026, 10, 23, 2, 41);
const LAN: SessionResponse = {
  account: 'a1',
  name: 'Lan',
  role: 'practitioner',
  clinic: { id: 'c1', address: 'main', name: 'Tả Van' },
  csrf: 't',
  hasSecondFactor: false,
};
const waiting = {
  seat: 2,
  role: 'patient',
  name: 'Mai',
  admission: 'waiting',
  present: true,
  connection: 'up',
} as const;
const DAY: Day = {
  date: '2026-11-23',
  revision: 1,
  now: NOW,
  appointments: [
    {
      appointment: 'r1',
      begins: NOW,
      minutes: 20,
      phase: 'open',
      people: [{ ...waiting, seat: 1, role: 'practitioner', account: 'a1' }, waiting],
    },
  ],
  queue: [{ appointment: 'r1', seat: 2, since: NOW, why: { kind: 'arrival' } }],
};

/** What happened, in order. */
let happened: string[];

beforeEach(() => {
  happened = [];
});

function desk(answers: Partial<Record<keyof Api, unknown>> = {}, opened?: Partial<Opened>) {
  const model = createModel('vi', words);
  const api = new Proxy({} as Api, {
    get:
      (_, name: keyof Api) =>
      async (...told: unknown[]) => {
        happened.push([name, ...told.map((one) => JSON.stringify(one))].join(' '));
        const answer = answers[name];
        if (answer instanceof Error) throw answer;
        return typeof answer === 'function' ? answer(...told) : answer;
      },
  });
  let keys = 0;
  const actions = createDesk(model, {
    api,
    origin: 'https://clinic.example',
    go: (route) => {
      model.route.value = route;
    },
    open: (name) => {
      happened.push(`open ${name}`);
      return (
        opened && {
          isInUse: false,
          go: (url) => happened.push(`go ${url}`),
          close: () => happened.push('close'),
          ...opened,
        }
      );
    },
    copy: async () => {},
    wordsIn: async (language) => (language === 'en' ? english : words),
    speak: async () => words,
    askNotify: async () => false,
    clock: () => NOW,
    newKey: () => `k${++keys}`,
  });
  model.now.value = NOW;
  return { model, actions };
}

function signedIn(...how: Parameters<typeof desk>) {
  const made = desk(...how);
  takeIn(made.model, LAN);
  made.model.day.value = DAY;
  return made;
}

const [ROW] = rowsOf(DAY, NOW);
if (!ROW) throw new Error('no row');

test('one tap opens the consultation beside this page, and lets in', async () => {
  const { actions, model } = signedIn({ enter: { link: 'L' } }, {});
  await actions.admit(ROW);
  expect(happened).toEqual([
    'open r1',
    'enter "r1"',
    'go https://clinic.example/#L',
    'admit "r1" 2',
  ]);
  expect(model.unnoticed.value).toEqual([]);
});

test('a consultation that is open already is not loaded anew', async () => {
  const { actions } = signedIn({}, { isInUse: true });
  await actions.admit(ROW);
  expect(happened).toEqual(['open r1', 'admit "r1" 2']);
});

test('a browser that opens no windows still lets in, and offers the way as a link', async () => {
  const { actions, model } = signedIn({ enter: { link: 'L' } });
  await actions.admit(ROW);
  expect(happened.slice(1)).toEqual(['enter "r1"', 'admit "r1" 2']);
  expect(model.blocked.value).toBe('https://clinic.example/#L');
});

test('an empty window does not stay where nobody could be let in', async () => {
  const { actions, model } = signedIn({ enter: new StaffFailure('ended') }, {});
  await actions.admit(ROW);
  expect(happened.at(-1)).toBe('close');
  expect(model.trouble.value?.code).toBe('ended');
});

test('a right password with a second factor is one step more, and no reproach', async () => {
  const { actions, model } = desk({ signIn: new StaffFailure('code_required') });
  model.entry.value = { step: 'password' };
  actions.type({ signInName: ' lan ', password: 'four words in a row' });
  await actions.signIn();
  expect([model.entry.value.step, model.trouble.value]).toEqual(['code', undefined]);
  actions.type({ code: '123 456' });
  await actions.signIn();
  expect(happened[1]).toBe(
    'signIn {"signInName":"lan","password":"four words in a row","code":"123456"}',
  );
});

test('a wrong code is forgotten, the password is not', async () => {
  const { actions, model } = desk({ signIn: new StaffFailure('code_wrong') });
  model.entry.value = { step: 'code' };
  actions.type({ password: 'four words in a row', code: '000000' });
  await actions.signIn();
  expect(model.typed.value).toMatchObject({ password: 'four words in a row', code: '' });
  expect(model.trouble.value?.code).toBe('code_wrong');
});

test('whoever is signed out by age comes back to where they were, with what they wrote', async () => {
  const { actions, model } = signedIn({ signIn: LAN });
  actions.startBooking();
  actions.write({ patient: 'Sùng Thị Mai' });
  const { value: route } = model.route;
  signedOut(model);
  expect([isIn(model), model.isSignedOutByAge.value]).toEqual([false, true]);
  takeIn(model, { ...LAN, csrf: 'new' });
  expect([isIn(model), model.draft.value?.patient, model.route.value]).toEqual([
    true,
    'Sùng Thị Mai',
    route,
  ]);
});

test('whoever comes after somebody else finds nothing of theirs', () => {
  const { actions, model } = signedIn();
  actions.write({ patient: 'Sùng Thị Mai' });
  signedOut(model);
  takeIn(model, { ...LAN, account: 'a2', name: 'Hoa' });
  expect([model.draft.value, model.day.value, model.session.value?.name]).toEqual([
    undefined,
    undefined,
    'Hoa',
  ]);
});

test('what may have arrived is sent again under the same key, and something else under another', async () => {
  const { actions, model } = signedIn({ book: new StaffFailure('away') });
  const keyOf = (line: string | undefined) => line?.split(' ').at(-1);
  actions.write({ patient: 'Mai' });
  await actions.book();
  await actions.book();
  actions.write({ patient: 'Mây' });
  await actions.book();
  expect(happened.map(keyOf)).toEqual(['"k1"', '"k1"', '"k2"']);
  expect([model.draft.value?.patient, model.trouble.value?.code]).toEqual(['Mây', 'away']);
});

test('a form with something amiss is not sent, and says so from then on', async () => {
  const { actions, model } = signedIn();
  actions.startBooking();
  expect(model.isChecked.value).toBe(false);
  await actions.book();
  expect([happened, model.isChecked.value]).toEqual([[], true]);
});

test('one thing at a time: a double press does one thing', async () => {
  const { actions } = signedIn({ lateToday: { told: 2 } });
  await Promise.all([actions.tellLate(10), actions.tellLate(10)]);
  expect(happened).toEqual(['lateToday 10']);
});

test('an invitation is accepted once, and leads to the sign-in', async () => {
  const { actions, model } = desk();
  model.entry.value = { step: 'invite', link: 'L' };
  actions.type({ password: 'four words in a row' });
  await actions.setPassword();
  expect(happened).toEqual(['setPassword "L" "four words in a row"']);
  expect([model.entry.value.step, model.welcome.value, model.typed.value.password]).toEqual([
    'password',
    'passwordSet',
    '',
  ]);
});

test('signing out leaves nothing of the person on the page', async () => {
  const { actions, model } = signedIn();
  actions.write({ patient: 'Mai' });
  await actions.signOut();
  expect([isIn(model), model.day.value, model.draft.value]).toEqual([false, undefined, undefined]);
});

test('what is sent to a patient is in the patient’s language, whatever this page speaks', async () => {
  const { actions, model } = signedIn({ book: { appointment: 'r2', people: [] } });
  actions.write({ patient: 'Anna', language: 'en' });
  await actions.book();
  expect(happened[0]).toContain('"name":"Anna","language":"en"');
  expect(model.shown.value).toMatchObject({ kind: 'booked', told: english });
  expect(model.words.value).toBe(words);
});

test('a fault of our own is not swallowed', async () => {
  const { actions } = signedIn({ lateToday: new TypeError('ours') });
  await expect(actions.tellLate(5)).rejects.toThrow('ours');
});

test('an address is made of a link once', () => {
  expect(addressOf('L', 'https://a')).toBe('https://a/#L');
  expect(addressOf('https://b/#L', 'https://a')).toBe('https://b/#L');
  expect(addressOf('L', 'https://a', 'ko')).toBe('https://a/?lang=ko#L');
});

const HOOK: Webhook = {
  webhook: 'w1',
  url: 'https://his.example/nhipcau',
  events: ['booked'],
  made: NOW,
  waiting: 2,
  undelivered: 3,
};

test('a webhook tells its secret once, and the list has it', async () => {
  const { actions, model } = desk({ makeHook: { webhook: HOOK, secret: 's' }, hooks: [HOOK] });
  actions.writeHook({ url: ' https://his.example/nhipcau', events: ['ended', 'booked'] });
  await actions.makeHook();
  expect(happened).toEqual([
    'makeHook {"url":"https://his.example/nhipcau","events":["booked","ended"]}',
    'hooks',
  ]);
  expect(model.shown.value).toMatchObject({ kind: 'hook', secret: 's' });
  expect([model.newHook.value, model.hooks.value]).toEqual([undefined, [HOOK]]);
  actions.putAway();
  expect(model.shown.value).toBeUndefined();
});

test('an address that cannot be one is not sent; one that the server refuses can be mended', async () => {
  const { actions, model } = desk({ makeHook: new StaffFailure('malformed') });
  actions.writeHook({ url: 'his.example' });
  await actions.makeHook();
  expect([happened, model.isChecked.value]).toEqual([[], true]);
  actions.writeHook({ url: 'https://10.0.0.1/' });
  await actions.makeHook();
  expect(model.trouble.value).toMatchObject({ code: 'malformed', of: 'hooks' });
  expect(model.newHook.value?.url).toBe('https://10.0.0.1/');
});

test('what did not arrive is looked at, and sent again all together', async () => {
  const { actions, model } = desk({
    undelivered: { deliveries: [] },
    retryHook: { retried: 3 },
    hooks: [{ ...HOOK, waiting: 5, undelivered: 0 }],
  });
  await actions.lookAtUndelivered('w1');
  expect(model.undelivered.value?.webhook).toBe('w1');
  await actions.retryHook('w1');
  expect(happened).toEqual(['undelivered "w1"', 'retryHook "w1"', 'hooks']);
  expect(model.retried.value).toEqual({ webhook: 'w1', count: 3 });
  expect([model.undelivered.value, model.hooks.value?.[0]?.waiting]).toEqual([undefined, 5]);
});

test('a webhook that a colleague removed meanwhile is gone from the list', async () => {
  const { actions, model } = desk({ dropHook: new StaffFailure('malformed'), hooks: [] });
  model.hooks.value = [HOOK];
  await actions.dropHook('w1');
  expect([model.hooks.value, model.trouble.value?.code]).toEqual([[], 'malformed']);
});
