/**
 * Declares the layout of a structure in shared memory once, as named fields: each field is given in 32-bit
 * words, and the result maps each name to its word offset. `WORDS` is the size of the whole.
 *
 * Shared memory holds no objects, so this takes the place of a `repr(C)` struct.
 */
export function struct<const F extends Record<string, number>>(
  fields: F,
): { readonly [K in keyof F]: number } & { readonly WORDS: number } {
  const offsets: Record<string, number> = {};
  let offset = 0;
  for (const [name, words] of Object.entries(fields)) {
    offsets[name] = offset;
    offset += words;
  }
  offsets.WORDS = offset;
  return offsets as { readonly [K in keyof F]: number } & { readonly WORDS: number };
}

/**
 * Distance in bytes at which two CPUs do not disturb one another. x86 fetches cache lines of 64 bytes in
 * pairs, so neighbours share a pair; crossbeam-utils' `CachePadded` uses 128 on x86-64 for the same reason.
 */
export const LINE_BYTES = 128;
export const LINE_WORDS = LINE_BYTES / 4;

/** `words` rounded up to whole lines, in words. */
export function wholeLines(words: number): number {
  return Math.ceil(words / LINE_WORDS) * LINE_WORDS;
}
