/** What the rewriter asks of a syntax tree (ESTree, as acorn gives it). */

export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}

/** The nodes directly below one, in the order of the source's text. */
export function children(node: Node): Node[] {
  const found: Node[] = [];
  for (const key in node) {
    const value = node[key];
    if (Array.isArray(value)) {
      for (const entry of value) if (isNode(entry)) found.push(entry);
    } else if (isNode(value)) found.push(value);
  }
  return found;
}

/** Can be evaluated twice without a difference, and is no text of more than a word. */
export function isSimple(node: Node): boolean {
  return node.type === 'ThisExpression' || (node.type === 'Identifier' && node.name !== 'arguments');
}

/** A key that can be written twice. */
export function isSimpleKey(node: Node): boolean {
  return node.type === 'Identifier' || (node.type === 'Literal' && typeof node.value === 'number');
}

const NEVER_VIEWS: ReadonlySet<string> = new Set([
  'Literal',
  'TemplateLiteral',
  'ArrayExpression',
  'ObjectExpression',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ClassExpression',
  'BinaryExpression',
  'UnaryExpression',
  'UpdateExpression',
  'SpreadElement',
  'MetaProperty',
  'Super',
]);

/** Its value may be a view of shared memory. */
export function mayBeView(node: Node): boolean {
  return !NEVER_VIEWS.has(node.type) && !(node.type === 'Identifier' && node.name === 'arguments');
}

/** What an element of a typed array, a number or a bigint, has methods for. */
const OF_NUMBERS: ReadonlySet<string> = new Set([
  ...Object.getOwnPropertyNames(Number.prototype),
  ...Object.getOwnPropertyNames(Object.prototype),
]);

/** `object[key]` that may be an element of shared memory. */
export function isElement(node: Node): boolean {
  if (node.type !== 'MemberExpression' || node.computed !== true) return false;
  if (!mayBeView(node.object as Node)) return false;
  const key = node.property as Node;
  if (key.type === 'Literal') {
    const { value } = key;
    return typeof value === 'number' || (typeof value === 'string' && String(Number(value)) === value);
  }
  // Their names would change.
  return !/^(FunctionExpression|ArrowFunctionExpression|ClassExpression)$/.test(key.type);
}

/** `object.name` or `object[key]` of which the object, were it a number, would have nothing: then nobody sees its value. */
export function ignoresNumbers(member: Node): boolean {
  const property = member.property as Node;
  if (member.computed === true) return property.type !== 'Literal' || typeof property.value === 'number';
  return property.type !== 'Identifier' || !OF_NUMBERS.has(property.name as string);
}

/** A part of the chain before this node is optional: what it evaluates may be left out. */
export function isShortCircuited(node: Node): boolean {
  for (let at = node; ; ) {
    if (at.type === 'MemberExpression') {
      if (at.optional === true) return true;
      at = at.object as Node;
    } else if (at.type === 'CallExpression') {
      if (at.optional === true) return true;
      at = at.callee as Node;
    } else return false;
  }
}

/** The offset at which a text stands, between two nodes: comments, spaces and parentheses are passed over. */
export function offsetOf(source: string, from: number, text: string): number {
  let at = from;
  for (;;) {
    if (source.startsWith('//', at)) {
      at = at + 2 + source.slice(at + 2).search(/[\n\r\u2028\u2029]/);
    } else if (source.startsWith('/*', at)) at = source.indexOf('*/', at + 2) + 2;
    else if (source.startsWith(text, at)) return at;
    else if (/[\s(),?.]/.test(source[at])) at++;
    else throw new Error(`no ${text} at ${from}`);
  }
}

/** Where statements may be put into a body: after its directives; and true if those end without a semicolon. */
export function afterDirectives(body: readonly Node[], source: string, otherwise: number): [number, string] {
  let at: number | undefined;
  for (const statement of body) {
    if (typeof statement.directive !== 'string') break;
    at = statement.end;
  }
  if (at === undefined) return [otherwise, ''];
  return [at, source[at - 1] === ';' ? '' : ';'];
}

export function isStrictBody(body: readonly Node[]): boolean {
  return body.some(({ directive }) => directive === 'use strict');
}

/** Means the builtin, unless somebody has used the name for another: `eval`, `(0, eval)`, `globalThis.eval`. */
export function isEval(node: Node): boolean {
  if (node.type === 'Identifier') return node.name === 'eval';
  if (node.type === 'SequenceExpression') return isEval((node.expressions as Node[]).at(-1) as Node);
  if (node.type !== 'MemberExpression' || node.computed === true) return false;
  return isEval(node.property as Node) && GLOBAL.test(String((node.object as Node).name));
}

const GLOBAL = /^(globalThis|global|self|window)$/;
