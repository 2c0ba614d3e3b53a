/**
 * A program's modules, again and again in one thread and one realm, each time with new instances. Each file is read and
 * compiled once; a run calls what it was compiled to.
 */
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Entry, Preload } from '../../../intercept/workers/start.ts';
import { Builtins, type BuiltinValue } from './builtins.ts';
import { CommonJs } from './cjs/commonjs.ts';
import { ExportNames } from './cjs/names.ts';
import type { ModuleRecord } from './esm/records.ts';
import { type InstanceParts, Instances } from './instances.ts';
import { carry } from './node/dynamic_import.ts';
import type { CommonJsModule, RequireFunction } from './node/module.ts';
import { type Format, formatOf, isInModulePackage } from './node/package_type.ts';
import { Resolver } from './node/resolve.ts';
import { Files, type Transform } from './sources/files.ts';

export interface FreshModulesOptions {
  /** Source as it is to be compiled: for instrumentation. By default as it is. Lines must stay. */
  readonly transform?: Transform;
  /** Value of a builtin module. By default the real one. */
  readonly builtin?: BuiltinValue;
}

/**
 * Needs `--experimental-vm-modules` (for dynamic import) and `--experimental-import-meta-resolve`; a Worker may be given them
 * by `execArgv`.
 *
 * What is not as in Node.js: see `esm/rewrite.ts` for ES modules and `esm/namespace.ts` for their namespaces; `Module._load`
 * and `Module._cache` are not asked (`_resolveFilename` and `_extensions` are); `module.register` and `registerHooks` change
 * nothing; native addons are the one real instance; WebAssembly modules cannot be imported; variables of a script given to
 * `new Worker(source, { eval: true })` are not properties of `globalThis`. Files must not change while a program is run
 * again: what was read is kept.
 */
export class FreshModules {
  private readonly files: Files;
  private readonly resolver = new Resolver();
  private readonly builtins: Builtins;
  private readonly commonJs: CommonJs;
  private readonly names: ExportNames;
  private readonly kinds: InstanceParts['kinds'] = new Map();
  private instances: Instances;

  constructor({ transform = asItIs, builtin }: FreshModulesOptions = {}) {
    this.files = new Files(transform, (url) => (specifier, _referrer, attributes) => {
      return this.import(specifier, url, attributes).then(carry);
    });
    this.builtins = new Builtins(builtin);
    const host = {
      builtin: (name: string) => this.builtins.value(name),
      requireModule: (filename: string) => this.instances.required(filename),
    };
    this.commonJs = new CommonJs(host, this.files, this.resolver);
    this.names = new ExportNames(this.files, this.resolver, (filename) =>
      this.commonJs.create(filename, null),
    );
    this.instances = this.newInstances();
  }

  /** Forgets all module instances: what follows gets new ones. Compiled code is kept. */
  fresh(): void {
    this.instances = this.newInstances();
    this.commonJs.fresh();
    this.builtins.fresh();
  }

  /**
   * Loads the preloads and then the entry. Resolves when its evaluation has ended; undefined where all was synchronous.
   * Rejects with the program's own error.
   */
  run(entry: Entry, preloads: readonly Preload[] = []): Promise<void> | undefined {
    try {
      for (let i = 0; i < preloads.length; i++) {
        const loaded = this.preload(preloads[i]);
        if (loaded !== undefined) return loaded.then(() => this.run(entry, preloads.slice(i + 1)));
      }
      return this.enter(entry);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * As `import()` in a module of that URL: evaluates it in a later microtask.
   * @returns its namespace
   */
  async import(
    specifier: string,
    parent: string,
    attributes: Readonly<Record<string, string>> = {},
  ): Promise<object> {
    await undefined;
    const { instances } = this;
    const record = instances.load(specifier, parent, attributes);
    await instances.run(record);
    return record.namespace;
  }

  /** A `require` of the current instances. */
  createRequire(from: string | URL): RequireFunction {
    return this.commonJs.createRequire(from);
  }

  /** Takes the exports of builtin modules as they are now: what `syncBuiltinESMExports` does for real modules. */
  syncBuiltins(): void {
    this.builtins.sync();
  }

  /** URLs of the files that were read for the first time since the last call. */
  takeRead(): string[] {
    return this.files.takeRead();
  }

  private newInstances(): Instances {
    const { files, resolver, builtins, commonJs, names } = this;
    return new Instances({ files, resolver, builtins, commonJs, names, kinds: this.kinds });
  }

  private preload({ how, specifier }: Preload): Promise<void> | undefined {
    const folder = process.cwd();
    if (how === 'import') {
      return this.runRecord(this.instances.load(specifier, pathToFileURL(join(folder, '/')).href, {}));
    }
    this.commonJs.load(specifier, this.folderModule(folder, '[preload]'));
    return undefined;
  }

  private enter(entry: Entry): Promise<void> | undefined {
    if (entry.kind === 'eval') return this.enterScript(entry.source);
    const { url } = entry;
    this.instances.main = url;
    if (entry.kind === 'data') return this.runLater(url);
    const filename = this.commonJs.resolveMain(fileURLToPath(url));
    const real = pathToFileURL(filename).href + url.replace(/^[^?#]*/, '');
    this.instances.main = real;
    const format = formatOf(filename);
    if (isModule(format, filename, this.files)) return this.runLater(real);
    this.commonJs.loadFile(filename, null, true);
    return undefined;
  }

  /** As Node.js does it: the names of a module are global, and `this` is `globalThis`. */
  private enterScript(source: string): Promise<void> | undefined {
    const folder = process.cwd();
    const url = `${pathToFileURL(join(folder, '/')).href}[eval1]`;
    const name = '[worker eval]';
    const script = this.files.evaluated(source, name, url);
    if (script === 'module') {
      this.kinds.set(url, { filename: join(folder, '[eval1]'), format: 'module' });
      return this.runRecord(this.instances.record(url, url));
    }
    const module = this.folderModule(folder, name);
    const require = this.commonJs.requireOf(module);
    const { exports } = module;
    Object.assign(globalThis, { module, exports, require, __filename: name, __dirname: '.' });
    Reflect.apply(script, globalThis, [exports, require, module, name, '.']);
    return undefined;
  }

  private folderModule(folder: string, name: string): CommonJsModule {
    const module = this.commonJs.create(join(folder, name), null);
    module.id = name;
    return module;
  }

  /** As in Node.js, an entry that is an ES module is evaluated in a microtask: its own microtasks come before its ticks. */
  private async runLater(url: string): Promise<void> {
    await undefined;
    await this.runRecord(this.instances.record(url, url));
  }

  private runRecord(record: ModuleRecord): Promise<void> | undefined {
    return this.instances.run(record);
  }
}

/** `createRequire` of `node:module` for a program: what it gives requires current instances. */
export function ownCreateRequire(modules: FreshModules): (from: string | URL) => RequireFunction {
  return function createRequire(from: string | URL): RequireFunction {
    return modules.createRequire(from);
  };
}

function isModule(format: Format, filename: string, files: Files): boolean {
  if (format === 'either') return files.script(filename, true) === 'module';
  // Node.js imports it, and says that it does not know such files.
  return format === 'module' || (format === 'unknown' && isInModulePackage(filename));
}

function asItIs(source: string): string {
  return source;
}
