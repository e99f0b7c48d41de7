/**
 * Short names for what TypeScript calls private: nothing but the class itself may say them, so in the
 * one document that comes before the voice they need not be readable.
 *
 * Each private member gets a mark at the end of its name, which the minifier may then shorten
 * (`MARKED`). Only access through `this` is marked: that is how our classes speak of themselves.
 */
import { type ESTree, type Plugin, parseSync } from 'vite';

/** No name of the browser, the protocol or the words ends like this. */
const MARK = '_';
export const MARKED = /_$/;

type Node = ESTree.Node;
type Edit = readonly [at: number, inserted: string];

export function privateNames(): Plugin {
  return {
    name: 'private-names',
    enforce: 'pre',
    transform: {
      filter: { id: /\/src\/.*\.ts$/ },
      handler: (code, id) => markPrivate(id, code),
    },
  };
}

/** Pure: the code with its private members marked. */
export function markPrivate(id: string, code: string): string {
  const edits: Edit[] = [];
  visit(parseSync(id, code).program, (node) => {
    if (node.type !== 'ClassDeclaration' && node.type !== 'ClassExpression') return;
    const names = privateNamesOf(node.body.body);
    for (const member of node.body.body) {
      if ('key' in member && isPrivate(member)) mark(member.key, edits);
    }
    visit(node.body, (inside) => {
      if (inside.type === 'MemberExpression' && inside.object.type === 'ThisExpression') {
        if (!inside.computed && names.has(nameOf(inside.property))) mark(inside.property, edits);
      }
      if (inside.type === 'VariableDeclarator' && inside.init?.type === 'ThisExpression') {
        markPattern(inside.id, names, edits);
      }
      // `constructor(private readonly x)` makes a member and a variable: only the member is marked.
      if (inside.type === 'MethodDefinition' && inside.kind === 'constructor') {
        markParameters(inside.value, code, edits);
      }
    });
  });
  return edits
    .sort(([one], [other]) => other - one)
    .reduce((text, [at, inserted]) => text.slice(0, at) + inserted + text.slice(at), code);
}

function privateNamesOf(members: readonly Node[]): Set<string> {
  const parameters = members.flatMap((member) =>
    member.type === 'MethodDefinition' && member.kind === 'constructor' ? member.value.params : [],
  );
  const own = members
    .filter(isPrivate)
    .map((member) => ('key' in member ? nameOf(member.key) : ''));
  const made = parameters.filter(isPrivate).map((parameter) => nameOf(parameterOf(parameter)));
  return new Set([...own, ...made]);
}

/** Every use of the parameter within the constructor goes by the marked name, too. */
function markParameters(method: Node, code: string, edits: Edit[]): void {
  if (!('params' in method)) return;
  const names = new Set(
    (method.params as Node[]).filter(isPrivate).map((one) => nameOf(parameterOf(one))),
  );
  const keys = new Set<Node>();
  visit(method, (node) => {
    if (node.type === 'MemberExpression' && !node.computed) keys.add(node.property);
    if (node.type === 'Property' && !node.computed) {
      if (node.shorthand && names.has(nameOf(node.key))) {
        throw new Error(`write ${code.slice(node.start, node.end)} with its key`);
      }
      keys.add(node.key);
    }
    if (node.type === 'Identifier' && !keys.has(node) && names.has(node.name)) mark(node, edits);
  });
}

function markPattern(pattern: Node, names: ReadonlySet<string>, edits: Edit[]): void {
  if (pattern.type !== 'ObjectPattern') return;
  for (const property of pattern.properties) {
    if (property.type !== 'Property' || !names.has(nameOf(property.key))) continue;
    const end = property.key.start + nameOf(property.key).length;
    edits.push([end, property.shorthand ? `${MARK}: ${nameOf(property.key)}` : MARK]);
  }
}

function mark(node: Node, edits: Edit[]): void {
  // An identifier with a type ends after the type.
  edits.push([node.start + nameOf(node).length, MARK]);
}

function parameterOf(node: Node): Node {
  if (node.type !== 'TSParameterProperty') return node;
  return node.parameter.type === 'AssignmentPattern' ? node.parameter.left : node.parameter;
}

function isPrivate(node: Node): boolean {
  return 'accessibility' in node && node.accessibility === 'private';
}

function nameOf(node: Node): string {
  return 'name' in node && typeof node.name === 'string' ? node.name : '';
}

function visit(node: Node, see: (node: Node) => void): void {
  see(node);
  for (const child of Object.values(node)) {
    for (const one of Array.isArray(child) ? child : [child]) {
      if (typeof one === 'object' && one !== null && 'type' in one) visit(one as Node, see);
    }
  }
}
