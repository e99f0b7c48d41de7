import { expect, test } from 'vitest';
import { sharingTheApp } from './oneapp.ts';

test('what is shared comes from the app that is there, by the names that it has there', () => {
  expect(sharingTheApp('import{A as e,b,C as t}from"./app-Ab_1-9.js";e(b);')).toBe(
    'const{A:e,b,C:t}=await import(self.appUrl);e(b);',
  );
});

test('other imports stay as they are', () => {
  const code = 'import{a as e}from"./probemessages-BM1diYqW.js";e();';
  expect(sharingTheApp(code)).toBe(code);
});

test('an import of the app of another form is no build', () => {
  expect(() => sharingTheApp('import*as e from"./app-Ab.js";')).toThrow('not foreseen');
});
