/** CommonJS: `require` and its cache, of the current instances. */
import Module, { createRequire, isBuiltin } from 'node:module';
import { basename, dirname, isAbsolute } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { badArgument } from '../node/errors.ts';
import type { CommonJsModule, ModuleInternals, RequireFunction } from '../node/module.ts';
import { formatOf } from '../node/package_type.ts';
import type { Resolver } from '../node/resolve.ts';
import type { Files, Script } from '../sources/files.ts';

const internals = Module as unknown as ModuleInternals;
const extensions = internals._extensions;
const realCreateRequire = createRequire;
const originals = new Map(Object.entries(extensions));

/** What `require` needs of the rest. */
export interface CommonJsHost {
  builtin(name: string): unknown;
  /** What `require` of an ES module gives. */
  requireModule(filename: string): unknown;
}

export class CommonJs {
  private readonly host: CommonJsHost;
  private readonly files: Files;
  private readonly resolver: Resolver;
  private readonly paths = new Map<string, string[]>();
  /** As `require.cache`: by file name. */
  cache: Record<string, CommonJsModule | undefined> = Object.create(null);
  main: CommonJsModule | undefined;

  constructor(host: CommonJsHost, files: Files, resolver: Resolver) {
    this.host = host;
    this.files = files;
    this.resolver = resolver;
  }

  fresh(): void {
    this.cache = Object.create(null);
    if (this.main !== undefined) Reflect.deleteProperty(process, 'mainModule');
    this.main = undefined;
  }

  /** What a module that is required exports. */
  load(request: string, parent: CommonJsModule | null): unknown {
    if (typeof request !== 'string' || request === '') throw badArgument('id', request);
    if (isBuiltin(request) || request.startsWith('node:')) return this.host.builtin(request);
    const filename = this.resolver.require(request, parent);
    // As `_resolveFilename` of a package may say.
    return isAbsolute(filename) ? this.loadFile(filename, parent).exports : this.host.builtin(filename);
  }

  /** The module of a file, run unless it has been. */
  loadFile(filename: string, parent: CommonJsModule | null, isMain = false): CommonJsModule {
    const known = this.cache[filename];
    if (known !== undefined) {
      if (parent != null && !parent.children.includes(known)) parent.children.push(known);
      return known;
    }
    const module = this.create(filename, parent);
    if (isMain) this.setMain(module);
    this.cache[filename] = module;
    let failed = true;
    try {
      this.run(module, filename);
      failed = false;
    } finally {
      if (failed) {
        delete this.cache[filename];
        const at = parent?.children.indexOf(module) ?? -1;
        if (at >= 0) parent!.children.splice(at, 1);
      }
    }
    module.loaded = true;
    return module;
  }

  /** The real path of a program's first file, found as `node file` finds it. */
  resolveMain(path: string): string {
    return this.resolver.require(path, null, true);
  }

  /** A module that has not been run. */
  create(filename: string, parent: CommonJsModule | null): CommonJsModule {
    const module = new internals(filename, parent ?? undefined);
    module.filename = filename;
    module.paths = this.pathsOf(dirname(filename)).slice();
    Object.defineProperty(module, 'require', {
      value: (id: string) => this.load(id, module),
      configurable: true,
      writable: true,
    });
    return module;
  }

  /** The `require` of a module. */
  requireOf(module: CommonJsModule): RequireFunction {
    const require = ((id: string) => this.load(id, module)) as RequireFunction;
    const resolve = ((request: string, options?: object) => {
      if (typeof request !== 'string') throw badArgument('request', request);
      return this.resolver.require(request, module, false, options);
    }) as RequireFunction['resolve'];
    resolve.paths = (request: string) => internals._resolveLookupPaths(request, module);
    require.resolve = resolve;
    require.main = this.main;
    require.extensions = extensions;
    require.cache = this.cache;
    return require;
  }

  /** As `createRequire` of `node:module`. */
  createRequire(from: string | URL): RequireFunction {
    // Says what is wrong with it.
    realCreateRequire(from);
    const path = typeof from === 'string' && isAbsolute(from) ? from : fileURLToPath(from);
    const module = this.create(/[\\/]$/.test(path) ? `${path}noop.js` : path, null);
    return this.requireOf(module);
  }

  /** Calls the function that a module was compiled to. */
  call(script: Script, module: CommonJsModule, filename: string): unknown {
    const { exports } = module;
    return Reflect.apply(script, exports, [
      exports,
      this.requireOf(module),
      module,
      filename,
      dirname(filename),
    ]);
  }

  private setMain(module: CommonJsModule): void {
    module.id = '.';
    this.main = module;
    Object.defineProperty(process, 'mainModule', {
      value: module,
      configurable: true,
      enumerable: true,
      writable: true,
    });
  }

  private run(module: CommonJsModule, filename: string): void {
    const extension = extensionOf(filename);
    const handler = extensions[extension];
    if (handler !== originals.get(extension)) {
      this.runHooked(module, filename, handler!);
      return;
    }
    const format = formatOf(filename);
    if (extension === '.json') {
      module.exports = parseJson(this.files.text(pathToFileURL(filename).href), filename);
    } else if (extension === '.node') {
      module.exports = this.resolver.real(filename);
    } else if (format === 'module') {
      module.exports = this.host.requireModule(filename);
    } else {
      const script = this.files.script(filename, format === 'either');
      if (script === 'module') module.exports = this.host.requireModule(filename);
      else this.call(script, module, filename);
    }
  }

  /** By what a program has put into `require.extensions`. */
  private runHooked(
    module: CommonJsModule,
    filename: string,
    handler: (module: CommonJsModule, filename: string) => void,
  ): void {
    Object.defineProperty(module, '_compile', {
      value: (content: string, name: string) =>
        this.call(this.files.hookedScript(content, name), module, name),
      configurable: true,
      writable: true,
    });
    handler(module, filename);
  }

  private pathsOf(folder: string): string[] {
    let paths = this.paths.get(folder);
    if (paths === undefined) {
      paths = internals._nodeModulePaths(folder);
      this.paths.set(folder, paths);
    }
    return paths;
  }
}

/** @throws SyntaxError that begins with the file's name */
export function parseJson(text: string, filename: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    (error as Error).message = `${filename}: ${(error as Error).message}`;
    throw error;
  }
}

/** The longest one that has a handler, `.js` if none has. */
function extensionOf(filename: string): string {
  const name = basename(filename);
  for (let at = name.indexOf('.', 1); at > 0; at = name.indexOf('.', at + 1)) {
    const extension = name.slice(at);
    if (extensions[extension] !== undefined) return extension;
  }
  return '.js';
}
