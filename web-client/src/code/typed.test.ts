import { expect, test } from 'vitest';
import { codeIn, grouped } from './typed.ts';

test('digits stand as they were read out, whatever is typed between them', () => {
  expect(['1', '1234', '12345', '1234-5678', '12 34 56 78 9'].map(grouped)).toEqual([
    '1',
    '1234',
    '1234 5',
    '1234 5678',
    '1234 5678',
  ]);
});

test('a code is whole with eight digits and not before', () => {
  expect(codeIn('1234 567')).toBeUndefined();
  expect(codeIn('1234 5678')).toBe('12345678');
  expect(codeIn('0000 0000')).toBe('00000000');
});
