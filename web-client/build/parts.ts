/**
 * Two scripts of one document out of the bundler's two chunks, `voice/start.ts` and what it imports by `import()`.
 *
 * A module in a document would wait for the document's end; a classic script runs when its last byte is there. So
 * each chunk becomes one. What the second takes from the first stands in `window.firstPart`, and
 * `import('./rest.ts')` becomes a promise that the second keeps when it runs, and that is broken when the document
 * ends without it.
 */
import { type ESTree, type Plugin, parseSync, type Rolldown } from 'vite';

type Node = ESTree.Node;
type File = Rolldown.OutputAsset | Rolldown.OutputChunk;
type Edit = readonly [start: number, end: number, text: string];

export interface Parts {
  readonly first: string;
  readonly second: string;
}

/** Keeps out what the bundler wraps around `import()` to look for files beside it: here there are none. */
export function plainImports(): Plugin {
  return {
    name: 'plain-imports',
    enforce: 'pre',
    load: {
      filter: { id: /vite\/preload-helper/ },
      handler: () => 'export const __vitePreload = (load) => load();',
    },
    renderChunk: (code) => ({ code: code.replaceAll('__VITE_PRELOAD__', '0'), map: null }),
  };
}

/** The two chunks among what was built; anything else would be a file that somebody has to wait for. */
export function inlineParts(files: readonly File[]): Parts {
  const chunks = files.filter((file) => file.type === 'chunk');
  const first = chunks.find(({ isEntry }) => isEntry);
  const second = chunks.find(({ isDynamicEntry }) => isDynamicEntry);
  if (!first || !second || files.length !== 3) {
    const names = files.map(({ fileName }) => fileName).join(', ');
    throw new Error(`the document has two scripts and nothing beside it, not ${names}`);
  }
  return { first: firstPart(first.code), second: secondPart(second.code) };
}

/** Pure. What it exports is there for the second part; `import()` of that is the promise `secondPart`. */
export function firstPart(code: string): string {
  const edits: Edit[] = [];
  const exported: string[] = [];
  for (const node of parsed(code)) {
    if (node.type === 'ImportExpression' && node.source.type === 'Literal') {
      edits.push([node.start, node.end, 'secondPart']);
    }
    if (node.type === 'ExportNamedDeclaration') {
      exported.push(...pairsOf(node, 'exported', 'local'));
      edits.push([node.start, node.end, '']);
    }
  }
  return (
    '(()=>{"use strict";const firstPart=self.firstPart={},' +
    'secondPart=new Promise((done,cut)=>{firstPart.done=done;addEventListener("DOMContentLoaded",cut)});' +
    `${edited(code, edits)};Object.assign(firstPart,{${exported}})})()`
  );
}

/** Pure. */
export function secondPart(code: string): string {
  const edits: Edit[] = [];
  const exported: string[] = [];
  const imported: string[] = [];
  for (const node of parsed(code)) {
    if (node.type === 'ImportDeclaration') {
      imported.push(...pairsOf(node, 'imported', 'local'));
      edits.push([node.start, node.end, '']);
    }
    if (node.type === 'ExportNamedDeclaration') {
      exported.push(...pairsOf(node, 'exported', 'local'));
      edits.push([node.start, node.end, '']);
    }
  }
  return (
    `(()=>{"use strict";const{${imported}}=firstPart;` +
    `${edited(code, edits)};firstPart.done({${exported}})})()`
  );
}

/** `key:value` of each name in `import {…}` or `export {…}`. */
function pairsOf(node: Node, key: string, value: string): string[] {
  if (!('specifiers' in node)) return [];
  return (node.specifiers as Node[]).map((one) => {
    const names = one as unknown as Record<string, { name: string } | undefined>;
    if (!names[key] || !names[value]) throw new Error(`the parts exchange names only: ${one.type}`);
    return `${names[key].name}:${names[value].name}`;
  });
}

function edited(code: string, edits: readonly Edit[]): string {
  return [...edits]
    .sort(([one], [other]) => other - one)
    .reduce((text, [start, end, by]) => text.slice(0, start) + by + text.slice(end), code)
    .replace(/^;+|[\s;]+$/g, '');
}

/** Every node, whatever it is in. */
function parsed(code: string): Node[] {
  const all: Node[] = [];
  const visit = (node: Node) => {
    all.push(node);
    for (const child of Object.values(node)) {
      for (const one of Array.isArray(child) ? child : [child]) {
        if (typeof one === 'object' && one !== null && 'type' in one) visit(one as Node);
      }
    }
  };
  visit(parseSync('part.js', code).program);
  return all;
}
