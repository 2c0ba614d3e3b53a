import type { Whole } from '../option_kinds.ts';

/** `--seed`, up to the generator's maximum. */
export function seedOption(max: number) {
  return {
    kind: 'whole',
    short: 's',
    min: 0,
    max,
    help: 'seed for every random decision',
    default: 'random, and printed',
  } as const satisfies Whole;
}
