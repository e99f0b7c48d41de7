import { expect, test } from 'vitest';
import { layoutOf } from './layout.ts';

test.each([
  ['a laptop with two others', 880, 560, 2, { flow: 'columns', room: 'wide' }],
  ['a phone with one other', 344, 400, 1, { flow: 'rows', room: 'wide' }],
  ['a phone with two others', 344, 400, 2, { flow: 'rows', room: 'tight' }],
  ['a phone with two others and a notice', 344, 260, 2, { flow: 'columns', room: 'tight' }],
  ['a phone with two others and a longer notice', 344, 202, 2, { flow: 'columns', room: 'low' }],
  ['a phone with two others and who waits', 344, 130, 2, { flow: 'columns', room: 'low' }],
  ['a phone on its side', 620, 160, 2, { flow: 'columns', room: 'tight' }],
  ['nobody yet', 344, 400, 0, { flow: 'rows', room: 'wide' }],
] as const)('%s', (_, width, height, tiles, layout) => {
  expect(layoutOf(width, height, tiles)).toEqual(layout);
});
