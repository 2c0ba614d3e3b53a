import { existsSync, readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isOwnFrame } from '../control/notes/own_frame.ts';

/** A place in a source file, lines and columns from 1. */
export interface SourcePlace {
  /** Relative to the working directory where it lies below it. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly name: string;
}

/** The lines of a stack without the frames of the explorer and of Node.js. */
export function codeFrames(stack: string): string[] {
  return stack
    .split('\n')
    .filter((line) => !isOwnFrame(line) && !/\(?node:(?:internal|async_hooks)|kHybridDispatch/.test(line));
}

/** Turns stacks into places in the source that was written, through source maps. */
export class Sources {
  private readonly maps = new Map<string, SourceMap | undefined>();
  private readonly read = new Map<string, readonly string[]>();

  /** The frames of a stack that belong to the code under test, innermost first. */
  frames(stack: string): SourcePlace[] {
    const places: SourcePlace[] = [];
    for (const line of stack.split('\n')) {
      const match = /^\s*at (?:(.*) \()?(file:\/\/.*|wasm:.*|\/.*):(\d+):(\d+)\)?$/.exec(line);
      if (match === null || isOwnFrame(line) || line.includes('node:internal')) continue;
      places.push(this.original(match[2], Number(match[3]), Number(match[4]), match[1] ?? ''));
    }
    return places;
  }

  /** `server.mjs:12` of the innermost frame of a stack; '' where none is known. */
  placeOf(stack: string): string {
    const place = this.frames(stack)[0];
    return place === undefined ? '' : shortPlace(place);
  }

  /** A line of a stack, with its place in the source that was written; other lines as they are. */
  mapLine(line: string): string {
    return line.replace(
      /(file:\/\/[^\s()]+|(?<=[\s(])\/[^\s()]+):(\d+):(\d+)/,
      (_, file: string, at: string, column: string) => {
        const place = this.original(file, Number(at), Number(column), '');
        return `${place.file}:${place.line}:${place.column}`;
      },
    );
  }

  /** The text of a line without the spaces around it, or ''; of a byte of a WebAssembly module the name of its function. */
  text(place: SourcePlace): string {
    if (isWasm(place.file)) return place.name;
    return this.lines(place.file)[place.line - 1]?.trim() ?? '';
  }

  /** The lines of a file; none if it cannot be read. */
  lines(file: string): readonly string[] {
    const path = resolve(file);
    let lines = this.read.get(path);
    if (lines === undefined) {
      lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
      this.read.set(path, lines);
    }
    return lines;
  }

  private original(file: string, line: number, column: number, name: string): SourcePlace {
    if (isWasm(file)) return { file: shorten(file), line, column, name };
    const path = file.startsWith('file:') ? fileURLToPath(file.replace(/\?.*$/, '')) : file;
    const entry = this.mapOf(path)?.findEntry(line - 1, column - 1);
    if (entry !== undefined && 'originalSource' in entry && entry.originalSource !== undefined) {
      const source = entry.originalSource;
      const url = new URL(source, pathToFileURL(`${dirname(path)}/`));
      const original = url.protocol === 'file:' ? fileURLToPath(url) : source;
      return {
        file: shorten(original),
        line: entry.originalLine + 1,
        column: entry.originalColumn + 1,
        name,
      };
    }
    return { file: shorten(path), line, column, name };
  }

  /** The source map that the last line of a file names, beside it or within it. */
  private mapOf(path: string): SourceMap | undefined {
    if (this.maps.has(path)) return this.maps.get(path);
    let map: SourceMap | undefined;
    try {
      const text = readFileSync(path, 'utf8');
      const url = /\/\/# sourceMappingURL=(\S+)\s*$/.exec(text)?.[1];
      if (url !== undefined) {
        const inline = /^data:application\/json;(?:charset=[^;]+;)?base64,(.*)$/.exec(url);
        const json =
          inline === null
            ? readFileSync(resolve(dirname(path), decodeURIComponent(url)), 'utf8')
            : Buffer.from(inline[1], 'base64').toString('utf8');
        map = new SourceMap(JSON.parse(json) as SourceMapPayload);
      }
    } catch {
      // A map that is named but not there: the compiled place is shown.
      map = undefined;
    }
    this.maps.set(path, map);
    return map;
  }
}

/** A place in a module that does not tell its source: the line is the number of a byte. */
function isWasm(file: string): boolean {
  return file.startsWith('wasm:') || file.endsWith('.wasm');
}

/** A place in a few letters: `server.mjs:12`, or for WebAssembly `increment@0x6e`. */
export function shortPlace({ file, line, name }: Omit<SourcePlace, 'column'>): string {
  return isWasm(file) ? `${name}@0x${line.toString(16)}` : `${file.replace(/^.*\//, '')}:${line}`;
}

function shorten(path: string): string {
  const cwd = `${process.cwd()}/`;
  return path.startsWith(cwd) ? path.slice(cwd.length) : path;
}
