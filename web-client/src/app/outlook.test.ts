import { expect, test } from 'vitest';
import { planOf } from '../testing/call.ts';
import { outlookOf } from './outlook.ts';

test('who waits is told what their network will carry, and nothing while all is well', () => {
  const outlooks = [0, 1, 2, 3].map((rung) => outlookOf(planOf({ rung })));
  expect(outlooks).toEqual([undefined, 'picture', 'voice', 'bareVoice']);
  expect(outlookOf(undefined)).toBeUndefined();
});
