/**
 * Loader hooks that run in the thread of `module.register`, for a Node.js that has no others: needed where somebody else's
 * loader, such as tsx, makes the sources in that thread. What was instrumented is told by a port before the module is run.
 */
import type { MessagePort } from 'node:worker_threads';
import { type Instrumented, instrument, type SourceKind } from '../rewrite/rewrite.ts';

export interface HooksData {
  readonly port: MessagePort;
  /** The next site's number, and the first one that is too high. */
  readonly sites: Int32Array;
  /** URLs that begin so are passed on. */
  readonly own: readonly string[];
}

/** What became of a module. */
export interface HookReport {
  readonly url: string;
  readonly first: number;
  readonly result: Omit<Instrumented, 'code'> | undefined;
  readonly source: string | undefined;
  /** Why it was not instrumented. */
  readonly why: string | undefined;
}

interface Loaded {
  readonly format?: string;
  readonly source?: string | ArrayBufferView | null;
}

let data: HooksData;

export function initialize(given: HooksData): void {
  data = given;
}

export async function load(
  url: string,
  context: unknown,
  next: (url: string, context: unknown) => Promise<Loaded>,
): Promise<Loaded> {
  const loaded = await next(url, context);
  const { format, source } = loaded;
  if ((format !== 'module' && format !== 'commonjs') || source === null || source === undefined)
    return loaded;
  if (data.own.some((own) => url.startsWith(own))) return loaded;
  const text = typeof source === 'string' ? source : new TextDecoder().decode(source as Uint8Array);
  return { ...loaded, source: instrumented(text, format, url) };
}

function instrumented(source: string, kind: SourceKind, url: string): string {
  const { sites, port } = data;
  const report = (first: number, result: Instrumented | undefined, why?: string): void => {
    const { code: _, ...told } = result ?? { code: undefined };
    const known = result === undefined ? undefined : (told as Omit<Instrumented, 'code'>);
    port.postMessage({ url, first, result: known, source: inlineMap(source), why } satisfies HookReport);
  };
  try {
    const first = Atomics.load(sites, 0);
    const result = instrument(source, kind, url, first);
    const count = result?.sites.length ?? 0;
    if (first + count > sites[1]) {
      report(first, undefined, 'there are too many accesses');
      return source;
    }
    Atomics.store(sites, 0, first + count);
    report(first, result);
    return result?.code ?? source;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    report(0, undefined, `its syntax is not known: ${error.message}`);
    return source;
  }
}

/** The end of a source, if it holds a source map. */
function inlineMap(source: string): string | undefined {
  const at = source.lastIndexOf('//# sourceMappingURL=data:');
  return at < 0 ? undefined : source.slice(at);
}
