import { Random } from '#src/platform/random.js';

/** What an operation does; `a` and `b` choose among what there is, and mean something in any state. */
export const KINDS = [
  'alloc',
  'alloc',
  'free',
  'free',
  'free-part',
  'frame',
  'clone',
  'drop',
  'drop',
  'segment',
  'split',
  'push',
  'pop',
  'park',
  'unpark',
  'reattach',
  'add',
  'bad-free',
  'bad-alloc',
  'bad-handle',
] as const;

export interface Operation {
  readonly kind: (typeof KINDS)[number];
  /** The CPU that does it: 0 or 1. */
  readonly cpu: number;
  readonly a: number;
  readonly b: number;
}

/** A sequence of operations by its seed. */
export function operations(seed: number, count: number): Operation[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => ({
    kind: KINDS[random.below(KINDS.length)],
    cpu: random.below(2),
    a: random.below(2 ** 16),
    b: random.below(2 ** 16),
  }));
}

/** Operations as somebody reads them: one a line. */
export function shownOperations(list: readonly Operation[]): string {
  return list.map(({ kind, cpu, a, b }) => `CPU ${cpu}: ${kind} ${a} ${b}`).join('\n');
}
