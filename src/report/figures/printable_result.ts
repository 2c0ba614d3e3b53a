import { printable, printableLine } from '../../platform/printable.ts';

/**
 * Fields that may have several lines: texts of people and errors. All others are names, and names stay on their line.
 */
const TEXTS = new Set([
  'message',
  'stack',
  'detail',
  'reason',
  'unproved',
  'strayErrors',
  'auditProblems',
  'differences',
]);
/** Lines inside a text are indented, so that they are not mistaken for the report's own. */
const CONTINUED = '\n      ';

/**
 * A result, of a run, a sweep or a comparison, whose texts cannot act on a terminal: names in it are of modules and
 * files that a stranger may have written. Every report is drawn from one of these.
 */
export function printableResult<T>(value: T): T {
  return mapped(value, false) as T;
}

function mapped(value: unknown, isText: boolean): unknown {
  if (typeof value === 'string') {
    return isText ? printable(value).replace(/\r?\n/g, CONTINUED) : printableLine(value);
  }
  if (Array.isArray(value)) {
    // The many numbers of a histogram or a picture need no check.
    return value.map((item) => (typeof item === 'number' ? item : mapped(item, isText)));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [printableLine(key), mapped(item, TEXTS.has(key))]),
  );
}
