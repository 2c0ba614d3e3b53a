/**
 * Where a builtin is called that touches shared memory: no text around the access says it, so it is taken from the stack.
 * A place is looked up once; after that its position in its file is enough.
 */
import { isOwnFile } from '../../../control/notes/own_frame.ts';
import { NO_SITE, type PlainAccesses } from '../../../control/thread/plain_accesses.ts';
import type { Modules } from './modules.ts';

/** Frames: those of the explorer and of Node.js come first. */
const FRAMES = 14;

/** Gives the number of the site of the call under way, or `NO_SITE`. */
export function callSites(modules: Modules, plain: PlainAccesses): () => number {
  /** By file, then by position: numbers of sites. None for files whose calls are passed over. */
  const known = new Map<string, Map<number, number> | undefined>();
  let found = NO_SITE;

  const numberOf = (site: NodeJS.CallSite, file: string, position: number): number => {
    const at = { line: site.getLineNumber() ?? 0, column: site.getColumnNumber() ?? 0 };
    const name = site.getFunctionName();
    const number = plain.siteOf(modules.siteAt(file, at, name ?? undefined));
    known.get(file)?.set(position, number);
    return number;
  };
  const search = (_error: Error, sites: NodeJS.CallSite[]): string => {
    for (let i = 0; i < sites.length; i++) {
      const file = sites[i].getFileName();
      if (typeof file !== 'string') continue;
      let positions = known.get(file);
      if (positions === undefined) {
        if (known.has(file)) continue;
        if (!file.startsWith('node:') && !isOwnFile(file)) positions = new Map();
        known.set(file, positions);
        if (positions === undefined) continue;
      }
      const position = sites[i].getPosition();
      found = positions.get(position) ?? numberOf(sites[i], file, position);
      break;
    }
    return '';
  };

  function take(): number {
    const limit = Error.stackTraceLimit;
    const prepare = Error.prepareStackTrace;
    const holder: { stack?: string } = {};
    found = NO_SITE;
    Error.stackTraceLimit = FRAMES;
    Error.prepareStackTrace = search;
    Error.captureStackTrace(holder, take);
    void holder.stack;
    Error.prepareStackTrace = prepare;
    Error.stackTraceLimit = limit;
    return found;
  }
  return take;
}
