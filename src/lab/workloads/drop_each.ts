/**
 * Drops what `next` gives, until it gives none. For the end of a run: all others are freed even if one
 * cannot be.
 *
 * @throws the first error of a free, after all were tried.
 */
export function dropEach(next: () => { drop(): void } | null | undefined): void {
  let failed = false;
  let first: unknown;
  for (let block = next(); block; block = next()) {
    try {
      block.drop();
    } catch (error) {
      if (!failed) first = error;
      failed = true;
    }
  }
  if (failed) throw first;
}
