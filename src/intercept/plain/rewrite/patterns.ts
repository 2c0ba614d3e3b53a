import { CALL } from './names.ts';
import { mayBeView, type Node, offsetOf } from './syntax.ts';
import type { Walk } from './walk.ts';

/** The value of a pattern is given with it, and its keys are known: then the value tells. */
export function isToldByValue(pattern: Node): boolean {
  return (
    pattern.type === 'ObjectPattern' &&
    !(pattern.properties as Node[]).some(({ computed }) => computed === true)
  );
}

/** `{0: x} = a` -> `{0: x} = d(a,s,0)`; a rest takes all. */
export function patternValue(walk: Walk, pattern: Node, value: Node): void {
  const keys = (pattern.properties as Node[]).map(keyOf).filter((key) => key !== undefined);
  if (keys.length === 0 || !mayBeView(value) || !isToldByValue(pattern)) {
    walk.visit(value);
    return;
  }
  const [open, close] = value.type === 'SequenceExpression' ? ['(', ')'] : ['', ''];
  walk.task.edits.open(value.start, `${CALL.PATTERN}(${open}`);
  walk.visit(value);
  walk.task.edits.close(value.end, `${close},${walk.site(pattern)},${keys.join(',')})`);
}

/** Reads nothing of what is not a view: a property that only typed arrays have, before those that are to be read. */
const ASKS = ']:{}=0,';

/**
 * A pattern whose value no text holds, as a parameter's, asks it for a property by which a typed array tells:
 * `({0: x}) =>` -> `({[j(s,0)]:{}=0,0: x}) =>`.
 */
export function patternKeys(walk: Walk, pattern: Node): void {
  const { edits } = walk.task;
  const keys = (pattern.properties as Node[]).flatMap((property) => {
    const key = keyOf(property);
    return key === undefined || key < 0 ? [] : [key];
  });
  let told = false;
  for (const property of pattern.properties as Node[]) {
    const key = keyOf(property);
    if (key === undefined || (key >= 0 && told)) continue;
    if (key >= 0) told = true;
    const which = key < 0 ? '-1' : keys.join(',');
    edits.open(property.start, `[${CALL.KEYS}(${walk.site(property)},${which})${ASKS}`);
  }
}

/** `{[k]: x}` -> `{[h(s,k)]:{}=0,[g()]: x}`; the key is evaluated and converted once. */
export function computedKey(walk: Walk, property: Node, visit: (key: Node) => void): void {
  const key = property.key as Node;
  const { edits, source } = walk.task;
  const end = offsetOf(source, key.end, ']');
  edits.open(property.start + 1, `${CALL.KEY}(${walk.site(property)},`);
  visit(key);
  edits.close(end, `)${ASKS}[${CALL.KEPT}()`);
}

/** The number that names an element, -1 for a rest; undefined for other names, and for a key that is computed. */
function keyOf(property: Node): number | undefined {
  if (property.type === 'RestElement') return -1;
  const key = property.key as Node;
  if (property.computed === true || key.type !== 'Literal') return undefined;
  const number = Number(key.value);
  return number >= 0 ? number : undefined;
}
