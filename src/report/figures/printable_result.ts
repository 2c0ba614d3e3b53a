import { printable, printableLine } from '../../platform/printable.ts';

/** What may have several lines: what people and errors say. All else is names, and names stay on their line. */
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
/** A line that begins inside a text is set in, so that it is not taken for one of the report's own. */
const CONTINUED = '\n      ';

/**
 * A result, of a run, a sweep or a comparison, whose texts do nothing in a terminal: names in it are of modules and
 * files that somebody else may have written. Every report is drawn from one of these.
 */
export function printableResult<T>(value: T): T {
  return mapped(value, false) as T;
}

function mapped(value: unknown, isText: boolean): unknown {
  if (typeof value === 'string') {
    return isText ? printable(value).replace(/\r?\n/g, CONTINUED) : printableLine(value);
  }
  if (Array.isArray(value)) {
    // Of a histogram's or a picture's many numbers there is nothing to make printable.
    return value.map((item) => (typeof item === 'number' ? item : mapped(item, isText)));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [printableLine(key), mapped(item, TEXTS.has(key))]),
  );
}
