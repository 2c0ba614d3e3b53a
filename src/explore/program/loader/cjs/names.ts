/** The names that a CommonJS module exports to ES modules, read from its text as Node.js does. */
import { createRequire } from 'node:module';
import { extname, isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CommonJsModule } from '../node/module.ts';
import { formatOf } from '../node/package_type.ts';
import type { Resolver } from '../node/resolve.ts';
import type { Files } from '../sources/files.ts';

type Lexer = { parse(source: string): { exports: Iterable<string>; reexports: Iterable<string> } };

/** Node.js 23 and newer have `module.exports` as a name of every CommonJS module. */
const ALWAYS =
  Number(process.versions.node.split('.')[0]) >= 23 ? ['default', 'module.exports'] : ['default'];

// A program's `createRequire` may be another by the time that the lexer is needed.
const require = createRequire(import.meta.url);
let lexer: Lexer | undefined;

export class ExportNames {
  private readonly files: Files;
  private readonly resolver: Resolver;
  private readonly blank: (filename: string) => CommonJsModule;
  private readonly known = new Map<string, ReadonlySet<string>>();

  /** @param blank a module that has not been run, to resolve from */
  constructor(files: Files, resolver: Resolver, blank: (filename: string) => CommonJsModule) {
    this.files = files;
    this.resolver = resolver;
    this.blank = blank;
  }

  of(filename: string): ReadonlySet<string> {
    const known = this.known.get(filename);
    if (known !== undefined) return known;
    const names = new Set(ALWAYS);
    // Modules that export what each other exports.
    this.known.set(filename, names);
    lexer ??= require('cjs-module-lexer') as Lexer;
    let found: ReturnType<Lexer['parse']>;
    try {
      found = lexer.parse(this.files.text(pathToFileURL(filename).href));
    } catch {
      return names;
    }
    for (const name of found.exports) names.add(name);
    for (const request of found.reexports) {
      for (const name of this.ofRequest(request, filename)) names.add(name);
    }
    return names;
  }

  private ofRequest(request: string, filename: string): Iterable<string> {
    let resolved: string;
    try {
      resolved = this.resolver.require(request, this.blank(filename));
    } catch {
      return [];
    }
    const isScript = isAbsolute(resolved) && !/^\.(json|node|mjs)$/.test(extname(resolved));
    return isScript && formatOf(resolved) !== 'module' ? this.of(resolved) : [];
  }
}
