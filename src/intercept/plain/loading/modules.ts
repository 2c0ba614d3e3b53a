/**
 * Instruments modules as they are loaded in this thread: ES modules and CommonJS, what the scenario imports and what that
 * imports, but nothing of the explorer's own. No file is changed. Which hooks there are depends on the Node.js: see
 * loader_hooks.ts and file_reads.ts for ES modules, and commonjs.ts.
 */
import { fileURLToPath } from 'node:url';
import { isOwnFile } from '../../../control/notes/own_frame.ts';
import type { InterceptHost } from '../../../control/thread/interceptor.ts';
import type { AccessSite } from '../../../control/thread/plain_accesses.ts';
import { LabError } from '../../../platform/error.ts';
import { type ChangedLines, originalColumn } from '../rewrite/edits.ts';
import { type Instrumented, instrument, type SourceKind } from '../rewrite/rewrite.ts';
import type { Teller } from '../telling/teller.ts';
import { cachedDrafts } from './cache.ts';
import type { HookReport } from './hooks_thread.ts';
import { InlineMaps, type Place } from './inline_maps.ts';

export class Modules {
  private readonly host: InterceptHost;
  private readonly teller: Teller;
  /** By path; none for a module in which nothing was changed. */
  private readonly changed = new Map<string, ChangedLines>();
  /** Sources that were made here, which a second hook may be given. */
  /** By path: the reasons of marks by their lines. */
  private readonly reasons = new Map<string, ReadonlyMap<number, string>>();
  private readonly made = new Set<string>();
  private readonly seen = new Set<string>();
  private readonly maps = new InlineMaps();
  private readonly drafts = cachedDrafts();
  /** Takes what another thread has to report. */
  drain: () => void = () => undefined;

  constructor(host: InterceptHost, teller: Teller) {
    this.host = host;
    this.teller = teller;
  }

  /** True for a file whose text is to be instrumented. `file` is a URL or a path. */
  concerns(file: string): boolean {
    return (
      (file.startsWith('file:') ||
        file.startsWith('data:') ||
        file.startsWith('/') ||
        /^[A-Za-z]:[\\/]/.test(file)) &&
      !isOwnFile(file)
    );
  }

  /** True if the module has passed here. */
  knows(file: string): boolean {
    return this.seen.has(pathOf(file)) || !this.concerns(file);
  }

  /** The source to be run in the place of this one. Damaged sources stay as they are: the host says what is wrong. */
  instrumented(source: string, kind: SourceKind, file: string): string {
    if (this.made.has(source)) return source;
    const { plain } = this.host;
    const path = pathOf(file);
    this.seen.add(path);
    let result: Instrumented | undefined;
    try {
      result = instrument(source, kind, path, plain.sites.length, this.drafts);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.passOver(file, `its syntax is not known: ${error.message}`);
      return source;
    }
    if (result === undefined) return source;
    const inline = kind === 'script' ? undefined : this.maps.add(path, source);
    for (const site of result.sites) plain.site(inline === undefined ? site : { ...site, ...inline(site) });
    this.teller.reserve(plain.sites.length);
    // A function that is made of text has no file.
    this.keep(kind === 'script' ? undefined : path, file, result);
    this.made.add(result.code);
    return result.code;
  }

  /** Takes what was instrumented in another thread. */
  took({ url, first, result, source, why }: HookReport): void {
    const path = pathOf(url);
    this.seen.add(path);
    if (why !== undefined) this.passOver(url, why);
    if (result === undefined) return;
    const inline = source === undefined ? undefined : this.maps.add(path, source);
    result.sites.forEach((site, i) => {
      this.host.plain.setSite(first + i, { ...site, file: path, ...inline?.(site) });
    });
    this.keep(path, url, result);
  }

  private keep(path: string | undefined, file: string, result: Omit<Instrumented, 'code'>): void {
    const { unreasoned, unseen, changed, reasons } = result;
    if (unreasoned.length > 0) {
      throw new LabError(
        'Scenario',
        `${pathOf(file)}:${unreasoned[0]}: a mark "framelab: racy" gives the reason why the access may race, after the word racy`,
      );
    }
    if (path !== undefined) {
      this.changed.set(path, changed);
      this.reasons.set(path, new Map(reasons));
    }
    if (unseen.length === 0) return;
    this.host.outside.met({
      what: `loaded ${pathOf(file)} with ${counted(unseen.length)} (line ${unseen.join(', ')})`,
      why: 'plain accesses there are not seen',
    });
  }

  /** A module runs as it is. */
  passOver(file: string, why: string): void {
    this.host.outside.met({
      what: `loaded ${pathOf(file)} without instrumenting it`,
      why: `${why}; its plain accesses are not seen`,
    });
  }

  /** The site of a call, by its place in what runs, as a stack shows it. */
  siteAt(file: string, { line, column }: Omit<Place, 'file'>, name: string | undefined): AccessSite {
    const path = pathOf(file);
    const place = this.placeOf(path, line, column);
    const allowed = this.reasons.get(path)?.get(line);
    return {
      ...place,
      ...(name === undefined ? {} : { name }),
      ...(allowed === undefined ? {} : { allowed }),
    };
  }

  /** The place in the source for a place of what runs instead, lines and columns from 1. */
  placeOf(file: string, line: number, column: number): Place {
    this.drain();
    const path = pathOf(file);
    const changed = this.changed.get(path);
    const place = {
      file,
      line,
      column: changed === undefined ? column : originalColumn(changed, line, column),
    };
    return { ...place, ...this.maps.of(path)?.(place) };
  }
}

function counted(count: number): string {
  return count === 1
    ? 'an access that cannot be instrumented'
    : `${count} accesses that cannot be instrumented`;
}

/** A file's path; other URLs as they are. */
function pathOf(file: string): string {
  return file.startsWith('file:') ? fileURLToPath(file.replace(/[?#].*$/, '')) : file;
}
