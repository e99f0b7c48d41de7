import { expect, test } from 'vitest';
import type { LinkPlan } from '../media/linkmessages.ts';
import { fakeCall, planOf } from '../testing/call.ts';
import type { CallState } from '../voice/call.ts';
import { type Circumstances, noticeOf, refusalOf } from './notice.ts';

const notice = (call: Partial<CallState>, part: Partial<Circumstances> = {}) =>
  noticeOf({
    call: { ...fakeCall().call.state, link: 'connected', ...call },
    weakness: 'none',
    isWithheld: false,
    network: undefined,
    eventsAway: false,
    refusal: undefined,
    ...part,
  });

test('nothing is said when nothing is wrong', () => {
  expect(notice({})).toBeUndefined();
});

test('a network on which voices break up is said, unless pictures that rest say so already', () => {
  expect(notice({}, { network: 'poor' })?.kind).toBe('weakVoice');
  expect(notice({}, { network: 'weak' })).toBeUndefined();
  expect(notice({ plan: planOf({ othersRest: true }) }, { network: 'poor' })?.kind).toBe('rest');
});

test('what keeps the voice away is said before everything else', () => {
  const worst: Partial<Circumstances> = { weakness: 'voice', eventsAway: true };
  expect(notice({ silenced: true, microphoneLost: true }, worst)?.kind).toBe('silenced');
  expect(notice({ microphoneLost: true }, worst)?.kind).toBe('microphoneLost');
  expect(notice({}, worst)?.kind).toBe('weakVoice');
  expect(notice({ cameraFailed: true }, { weakness: 'pictures' })?.kind).toBe('weakPictures');
  expect(notice({ cameraFailed: true }, { eventsAway: true })?.kind).toBe('cameraFailed');
  expect(notice({}, { eventsAway: true })?.kind).toBe('eventsAway');
});

test('where nothing may flow no network is to blame, and writing may still be', () => {
  const stopped = { isWithheld: true, weakness: 'voice', network: 'poor' } as const;
  expect(notice({ camera: true }, stopped)).toBeUndefined();
  expect(notice({}, { ...stopped, eventsAway: true })?.kind).toBe('eventsAway');
  expect(notice({}, { ...stopped, refusal: 'full' })?.kind).toBe('full');
});

test('stopping the own video is offered while there is one', () => {
  expect(notice({ camera: true }, { weakness: 'voice' })?.action).toBe('stopVideo');
  expect(notice({ camera: false }, { weakness: 'voice' })?.action).toBeUndefined();
});

test('what the server did not do is said, whatever else goes on', () => {
  expect(notice({ link: 'unsteady' }, { refusal: 'full', weakness: 'voice' })?.kind).toBe('full');
  expect(refusalOf('wrong_state')).toBe('tooLate');
  expect(refusalOf('forbidden')).toBe('notYours');
  expect(refusalOf('not_booked')).toBe('notBooked');
  expect(refusalOf('too_early')).toBe('tooEarly');
  expect(refusalOf('too_late')).toBe('noLonger');
  expect(refusalOf('only_one')).toBe('onlyOne');
  expect(refusalOf('consent_withdrawn')).toBe('consent');
  expect(refusalOf('signed_already')).toBe('signed');
  expect(refusalOf('rate_limited')).toBeUndefined();
});

test('a lost connection is said by the status alone', () => {
  expect(notice({ link: 'rejoining' }, { weakness: 'voice', eventsAway: true })).toBeUndefined();
});

test('says whose picture rests, as the server has it, after a voice that breaks', () => {
  const rests = (camera: boolean, plan: Partial<LinkPlan>) =>
    notice({ camera, plan: planOf(plan) }, { weakness: 'pictures' });
  expect(rests(true, { ownRests: true })).toMatchObject({ kind: 'rest', rests: 'own' });
  expect(rests(true, { othersRest: true })).toMatchObject({ kind: 'rest', rests: 'others' });
  expect(rests(true, { ownRests: true, othersRest: true })).toMatchObject({ rests: 'both' });
  // Who turned the camera off knows why nobody sees them.
  expect(rests(false, { ownRests: true })).toBeUndefined();
  const voice = notice({ plan: planOf({ othersRest: true }) }, { weakness: 'voice' });
  expect(voice?.kind).toBe('weakVoice');
});

test('a device too slow for pictures has no weak network, once the server has said so', () => {
  expect(notice({ plan: planOf() }, { weakness: 'pictures' })).toBeUndefined();
  expect(notice({}, { weakness: 'pictures' })?.kind).toBe('weakPictures');
});
