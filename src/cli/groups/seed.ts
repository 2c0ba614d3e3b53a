import type { Whole } from '../option_kinds.ts';

/** `--seed`, up to the generator's maximum. */
export function seedOption(max: number) {
  return {
    kind: 'whole',
    short: 's',
    min: 0,
    max,
    help: 'seed of every random decision',
    default: 'drawn, and printed',
  } as const satisfies Whole;
}
