import { runInThisContext } from 'node:vm';
import type { InterceptHost } from '#src/control/thread/interceptor.js';
import type { AccessSite } from '#src/control/thread/plain_accesses.js';
import { plain } from '#src/intercept/plain/plain.js';
import { instrument } from '#src/intercept/plain/rewrite/rewrite.js';

/** What the runtime told: `r` or `w`, the offset, the bytes; and where. */
export interface Told {
  readonly kind: 'r' | 'w';
  readonly buffer: ArrayBufferLike;
  readonly offset: number;
  readonly bytes: number;
  readonly site: number;
}

export const told: Told[] = [];
export const sites: AccessSite[] = [{ file: '', line: 0, column: 0 }];
/** What was met that is not watched. */
export const met: { what: string; why: string }[] = [];

/** Called with everything that is told, before it happens. */
export const watch: { each: ((told: Told) => void) | undefined } = { each: undefined };

function tell(kind: 'r' | 'w', buffer: ArrayBufferLike, offset: number, bytes: number, site: number): void {
  if (!(buffer instanceof SharedArrayBuffer)) return;
  const one = { kind, buffer, offset, bytes, site };
  told.push(one);
  watch.each?.(one);
}

/** As much of a worker as the interceptor needs. */
export const host = {
  engine: { words: new Int32Array(new SharedArrayBuffer(64)), controlled: true },
  plain: {
    wanted: true,
    sites,
    site: (site: AccessSite) => sites.push(site) - 1,
    read: (buffer: ArrayBufferLike, offset: number, bytes: number, site: number) =>
      tell('r', buffer, offset, bytes, site),
    write: (buffer: ArrayBufferLike, offset: number, bytes: number, site: number) =>
      tell('w', buffer, offset, bytes, site),
  },
  outside: { met: (use: { what: string; why: string }) => met.push(use), inSchedule: true },
} as unknown as InterceptHost;

/** Installs the runtime and the replaced methods in this process, for good. */
export function installPlain(): void {
  plain.install(host);
}

/** Instruments a script, and registers its sites. */
export function instrumentScript(source: string, file = '/script.js'): string {
  const result = instrument(source, 'script', file, sites.length);
  if (result === undefined) return source;
  sites.push(...result.sites);
  return result.code;
}

/** Runs an expression of a function instrumented, with what is told of it, as texts: `r 0+4`. */
export function toldBy(body: string, values: Record<string, unknown>): string[] {
  told.length = 0;
  const names = Object.keys(values);
  const code = instrumentScript(`(function (${names.join(', ')}) {${body}})`);
  const run = runInThisContext(code) as (...args: unknown[]) => unknown;
  told.length = 0;
  run(...names.map((name) => values[name]));
  return told.map(({ kind, offset, bytes }) => `${kind} ${offset}+${bytes}`);
}
