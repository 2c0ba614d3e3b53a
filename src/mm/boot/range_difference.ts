import { assertNumber } from '../../platform/arguments.ts';
import { givenRange, type Range } from '../page.ts';

/**
 * What is left of `a` without `b`.
 *
 * OSTD's `range_difference`.
 *
 * @throws `InvalidArgs` for anything but a range of two numbers
 * @returns 0, 1 or 2 ranges: not empty, not overlapping, in ascending order.
 */
export function rangeDifference(a: Range, b: Range): Range[] {
  return difference(givenRange(a, 'range'), givenRange(b, 'range'));
}

function difference(a: Range, b: Range): Range[] {
  assertNumber(a.start + a.end + b.start + b.end, 'sum of the ends of the ranges');
  // An empty `b` removes nothing, wherever it lies: it must not cut `a` in two.
  if (b.end <= b.start) return a.start < a.end ? [{ start: a.start, end: a.end }] : [];
  const rest: Range[] = [];
  const before = Math.min(a.end, b.start);
  if (a.start < before) rest.push({ start: a.start, end: before });
  const after = Math.max(a.start, b.end);
  if (after < a.end) rest.push({ start: after, end: a.end });
  return rest;
}
