import { existsSync, readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as vm from 'node:vm';
import type { Entry, Preload } from '../../intercept/workers/start.ts';
import { DIST } from '../../platform/dist.ts';
import { formatOf } from './loader/node/package_type.ts';

/** What loads the modules of a thread's program. */
export interface ProgramModules {
  /** Once, before the first schedule. */
  load(): Promise<void>;
  /** A schedule begins: before the thread is told who it is. */
  begin(): void;
  /** Loads the preloads, then the entry, whose evaluation may begin before this returns. Resolves when it has ended. */
  run(entry: Entry, preloads: readonly Preload[]): Promise<void> | undefined;
}

/** Node.js itself: for a thread that runs a program once. */
export const nativeModules: ProgramModules = {
  async load() {
    await import(new URL('src/explore/program/any_commonjs.cjs', DIST).href);
  },
  begin() {},
  run(entry, preloads) {
    if (preloads.length === 0) return begin(entry);
    return afterPreloads(entry, preloads);
  },
};

async function afterPreloads(entry: Entry, preloads: readonly Preload[]): Promise<void> {
  const base = pathToFileURL(`${process.cwd()}/`);
  const require = createRequire(base);
  for (const { how, specifier } of preloads) {
    if (how === 'require') require(specifier);
    else await import(importable(specifier, base, require));
  }
  await begin(entry);
}

/** What `--import` is given: a path, a URL, or a package as it is found from the working directory. */
function importable(specifier: string, base: URL, require: NodeJS.Require): string {
  if (/^\.{0,2}[\\/]/.test(specifier)) return new URL(specifier, base).href;
  if (/^(file|data|node):/.test(specifier)) return specifier;
  return pathToFileURL(require.resolve(specifier)).href;
}

function begin(entry: Entry): Promise<void> | undefined {
  if (entry.kind === 'eval') return runText(entry.source);
  if (entry.kind === 'file' && loadsAsCommonJs(fileURLToPath(entry.url))) {
    (Module as unknown as { _load(path: string, parent: null, isMain: boolean): unknown })._load(
      fileURLToPath(entry.url),
      null,
      true,
    );
    return undefined;
  }
  return import(entry.url);
}

/** As Node.js does with the text of `new Worker(text, { eval: true })`: a script that has `require` and the like. */
function runText(source: string): undefined {
  const name = '[worker eval]';
  const filename = join(process.cwd(), name);
  const module = new Module(name) as Module & { paths: string[] };
  module.filename = filename;
  module.paths = (Module as unknown as { _nodeModulePaths(from: string): string[] })._nodeModulePaths(
    process.cwd(),
  );
  Object.assign(globalThis, {
    module,
    exports: module.exports,
    require: createRequire(filename),
    __filename: name,
    __dirname: '.',
  });
  const loader = vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER as never;
  vm.runInThisContext(source, { filename: name, importModuleDynamically: loader });
  return undefined;
}

/** Before Node.js 22, an entry that is not there is missed by the loader of CommonJS, whatever its ending. */
function loadsAsCommonJs(path: string): boolean {
  const byRequire = Number(process.versions.node.split('.')[0]) < 22 && !existsSync(path);
  return byRequire || isCommonJs(path);
}

/** Whether Node.js would load a file as CommonJS. */
function isCommonJs(path: string): boolean {
  const format = formatOf(path);
  return format === 'commonjs' || (format === 'either' && !looksLikeModule(path));
}

/** From 22.7 on Node.js takes a file that is no CommonJS for an ES module, where its package does not say. */
function looksLikeModule(path: string): boolean {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 22 || (major === 22 && minor < 7)) return false;
  return /^\s*(import\s*[\w{*'"]|export\s)/m.test(readFileSync(path, 'utf8'));
}
