/** Where a specifier leads. Answers are kept: files are taken not to come or go while a program is run again and again. */
import Module, { createRequire, isBuiltin } from 'node:module';
import type { CommonJsModule, ModuleInternals } from './module.ts';

const internals = Module as unknown as ModuleInternals;
const realCreateRequire = createRequire;
const resolveFilename = internals._resolveFilename;

export class Resolver {
  private readonly imports = new Map<string, Map<string, string>>();
  private readonly requires = new Map<string, Map<string, string>>();

  /**
   * The URL that an import leads to, by the conditions of `import`; a builtin's begins with `node:`.
   * @throws Node.js's errors, but none for a file that does not exist
   */
  import(specifier: string, parent: string): string {
    const known = of(this.imports, parent);
    let url = known.get(specifier);
    if (url !== undefined) return url;
    if (isBuiltin(specifier)) url = specifier.startsWith('node:') ? specifier : `node:${specifier}`;
    else url = import.meta.resolve(specifier, parent);
    known.set(specifier, url);
    return url;
  }

  /**
   * The file that `require` leads to, or the name of a builtin.
   * @throws Node.js's errors
   */
  require(request: string, parent: CommonJsModule | null, isMain = false, options?: object): string {
    // Packages that give paths other names replace it.
    const resolve = internals._resolveFilename;
    if (resolve !== resolveFilename || options !== undefined || parent?.filename == null) {
      return resolve.call(internals, request, parent, isMain, options);
    }
    const known = of(this.requires, parent.filename);
    let filename = known.get(request);
    if (filename !== undefined) return filename;
    filename = resolve.call(internals, request, parent, isMain);
    known.set(request, filename);
    return filename;
  }

  /** Node.js's own `require`, for what only it can load. */
  real(filename: string): unknown {
    return realCreateRequire(filename)(filename);
  }
}

function of(maps: Map<string, Map<string, string>>, key: string): Map<string, string> {
  let map = maps.get(key);
  if (map === undefined) {
    map = new Map();
    maps.set(key, map);
  }
  return map;
}
