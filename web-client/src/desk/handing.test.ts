import { expect, test } from 'vitest';
import type { Handover } from '../signaling/handover.ts';
import { StaffFailure } from '../signaling/staff.ts';
import { HandingOver } from './handing.ts';

const OFFER: Handover = {
  appointment: 'r1',
  seat: 1,
  colleagues: [
    {
      ...{ account: 'a2', name: 'BS. Minh', signInName: 'minh' },
      ...{ role: 'practitioner', standing: 'active', hasSecondFactor: false, created: 0 },
    },
  ],
};

function handing(send: () => Promise<unknown> = async () => {}) {
  const happened: string[] = [];
  const over = new HandingOver({
    look: async () => OFFER,
    send(_, account) {
      happened.push(`send ${account}`);
      return send();
    },
    leave: () => happened.push('leave'),
  });
  return { over, happened };
}

async function chosen(...how: Parameters<typeof handing>) {
  const made = handing(...how);
  await made.over.open();
  made.over.choose('a2');
  return made;
}

test('it goes to who was chosen, and this page is out of it', async () => {
  const { over, happened } = await chosen();
  await over.send();
  expect(happened).toEqual(['send a2', 'leave']);
  expect(over.state.value).toEqual({ step: 'done', name: 'BS. Minh' });
});

test('to nobody it does not go', async () => {
  const { over, happened } = handing();
  await over.open();
  await over.send();
  expect([happened, over.state.value.step]).toEqual([[], 'choosing']);
});

test('the server’s word that the seat is given up counts, also where its answer is lost', async () => {
  let fail: (failure: StaffFailure) => void = () => {};
  const { over, happened } = await chosen(
    () =>
      new Promise((_, reject) => {
        fail = reject;
      }),
  );
  const sending = over.send();
  over.hear({ type: 'ended', reason: 'left' });
  fail(new StaffFailure('away'));
  await sending;
  expect(over.state.value.step).toBe('done');
  expect(happened).toEqual(['send a2', 'leave']);
});

test('an end that nobody asked for is no hand-over', async () => {
  const { over } = await chosen();
  over.hear({ type: 'ended', reason: 'left' });
  expect(over.state.value.step).toBe('choosing');
});

test('what was refused can be tried again, to whom was chosen', async () => {
  const { over, happened } = await chosen(() => Promise.reject(new StaffFailure('wrong_state')));
  await over.send();
  expect(over.state.value).toMatchObject({
    step: 'choosing',
    account: 'a2',
    failed: 'wrong_state',
  });
  expect(happened).toEqual(['send a2']);
});

test('who is not signed in reads why; who closed it meanwhile reads nothing', async () => {
  const look = () => Promise.reject(new StaffFailure('session_unknown'));
  const over = new HandingOver({ look, send: async () => {}, leave: () => {} });
  await over.open();
  expect(over.state.value).toEqual({ step: 'refused', code: 'session_unknown' });
  const opening = over.open();
  over.close();
  await opening;
  expect(over.state.value.step).toBe('closed');
});
