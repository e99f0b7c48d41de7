import { expect, test } from 'vitest';
import { firstPart, secondPart } from './parts.ts';

const FIRST = `var a=2,b=()=>a,c;import("./rest-1.js").then(({begin:t})=>log(t()),()=>log("cut"));export{a as x,b as y};`;
const SECOND = `import{x as i,y as j}from"./start-1.js";function f(){return i+j()}export{f as begin};`;

/** Runs them as a document does: one after the other, and says when it has ended. */
async function run(...scripts: string[]) {
  const heard: unknown[] = [];
  const ends: (() => void)[] = [];
  const self: Record<string, unknown> = {};
  const listen = (_: string, run: () => void) => ends.push(run);
  for (const script of scripts) {
    new Function('self', 'log', 'addEventListener', 'firstPart', script)(
      self,
      (said: unknown) => heard.push(said),
      listen,
      self.firstPart,
    );
  }
  for (const end of ends) end();
  await new Promise((resolve) => setTimeout(resolve));
  return heard;
}

test('the second part takes up what the first has, and the first what the second exports', async () => {
  expect(await run(firstPart(FIRST), secondPart(SECOND))).toEqual([4]);
});

test('a document that ends too early says so to its first part', async () => {
  expect(await run(firstPart(FIRST))).toEqual(['cut']);
});

test('parts exchange names and nothing else', () => {
  expect(() => secondPart('import * as all from "./start-1.js";all.x()')).toThrow();
});
