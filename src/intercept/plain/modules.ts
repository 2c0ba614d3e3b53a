/**
 * Instruments modules as they are loaded in this thread: ES modules and CommonJS, what the scenario imports and what that
 * imports, but nothing of the explorer's own. No file is changed. Which hooks there are depends on the Node.js: see
 * loader_hooks.ts and file_reads.ts for ES modules, and commonjs.ts.
 */
import { fileURLToPath } from 'node:url';
import { isOwnFile } from '../../control/notes/own_frame.ts';
import type { InterceptHost } from '../../control/thread/interceptor.ts';
import { LabError } from '../../platform/error.ts';
import { type ChangedLines, originalColumn } from './edits.ts';
import { type Instrumented, instrument, type SourceKind } from './rewrite.ts';
import type { Teller } from './teller.ts';

export class Modules {
  private readonly host: InterceptHost;
  private readonly teller: Teller;
  /** By path; none for a module in which nothing was changed. */
  private readonly changed = new Map<string, ChangedLines>();
  /** Sources that were made here, which a second hook may be given. */
  private readonly made = new Set<string>();
  private readonly seen = new Set<string>();

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
      result = instrument(source, kind, path, plain.sites.length);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.passOver(file, `its syntax is not known: ${error.message}`);
      return source;
    }
    if (result === undefined) return source;
    if (result.unreasoned.length > 0) {
      throw new LabError(
        'Scenario',
        `${path}:${result.unreasoned[0]}: a mark "framelab: racy" gives the reason why the access may race, after the word racy`,
      );
    }
    for (const site of result.sites) plain.site(site);
    this.teller.reserve(plain.sites.length);
    // A function that is made of text has no file.
    if (kind !== 'script') this.changed.set(path, result.changed);
    if (result.unseen.length > 0) {
      this.host.outside.met({
        what: `loaded ${path} with ${counted(result.unseen.length)} (line ${result.unseen.join(', ')})`,
        why: 'plain accesses there are not seen',
      });
    }
    this.made.add(result.code);
    return result.code;
  }

  /** A module runs as it is. */
  passOver(file: string, why: string): void {
    this.host.outside.met({
      what: `loaded ${pathOf(file)} without instrumenting it`,
      why: `${why}; its plain accesses are not seen`,
    });
  }

  /** The column of a module's source, from 1, for a column of what runs in its place. */
  column(file: string, line: number, column: number): number {
    const changed = this.changed.get(pathOf(file));
    return changed === undefined ? column : originalColumn(changed, line, column);
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
