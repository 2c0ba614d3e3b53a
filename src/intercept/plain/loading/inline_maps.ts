import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Lines and columns from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Leads a place in a module to where it was written; undefined where the map does not know. */
export type MapPlace = (place: { readonly line: number; readonly column: number }) => Place | undefined;

const INLINE = /\/\/# sourceMappingURL=data:application\/json;(?:charset=[^;,]+;)?base64,([\w+/=]+)\s*$/;

/** The source maps that loaders put into what they made: no file has them. Others are found by who shows a place. */
export class InlineMaps {
  private readonly maps = new Map<string, MapPlace>();

  /** @param source of a module, or the end of it */
  add(path: string, source: string): MapPlace | undefined {
    const base64 = INLINE.exec(source)?.[1];
    if (base64 === undefined) return undefined;
    let map: SourceMap;
    try {
      map = new SourceMap(JSON.parse(Buffer.from(base64, 'base64').toString('utf8')) as SourceMapPayload);
    } catch {
      return undefined;
    }
    const mapped: MapPlace = ({ line, column }) => {
      const entry = map.findEntry(line - 1, column - 1);
      if (!('originalSource' in entry) || entry.originalSource === undefined) return undefined;
      const file = fileOf(entry.originalSource, path);
      return { file, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
    };
    this.maps.set(path, mapped);
    return mapped;
  }

  of(path: string): MapPlace | undefined {
    return this.maps.get(path);
  }
}

function fileOf(source: string, path: string): string {
  try {
    const url = new URL(source, pathToFileURL(`${dirname(path)}/`));
    return url.protocol === 'file:' ? fileURLToPath(url) : source;
  } catch {
    return path;
  }
}
