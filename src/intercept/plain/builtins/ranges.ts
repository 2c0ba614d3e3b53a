/** Positions as methods of arrays take them, in the terms of ECMA-262. */

/** ToIntegerOrInfinity. */
export function integer(value: unknown): number {
  const number = Number(value);
  return Number.isNaN(number) ? 0 : Math.trunc(number);
}

/** A position that counts from the end where it is negative; `otherwise` where it is not given. */
export function position(at: number | undefined, length: number, otherwise: number): number {
  if (at === undefined) return otherwise;
  return at < 0 ? Math.max(0, length + at) : Math.min(at, length);
}

/** Makes an argument an integer, once and for all: to convert an object may have effects. A missing one stays missing. */
export function integerArgument(args: unknown[], number: number): number | undefined {
  if (number >= args.length || args[number] === undefined) return undefined;
  const at = integer(args[number]);
  args[number] = at;
  return at;
}
