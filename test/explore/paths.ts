import type { Program } from './program.ts';

/** A scenario of the tests. */
export function scenario(name: string): URL {
  return new URL(`scenarios/${name}`, import.meta.url);
}

/** The scenario that runs a small program. */
export function programUrl(program: Program): URL {
  const url = scenario('program.mjs');
  url.searchParams.set('p', JSON.stringify(program));
  return url;
}
