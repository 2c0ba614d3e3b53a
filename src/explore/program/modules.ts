import { existsSync, readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as vm from 'node:vm';
import type * as Acorn from 'acorn';
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

/** As Node.js does with the text of `new Worker(text, { eval: true })`: an ES module, or a script that has `require` and the like. */
function runText(source: string): Promise<void> | undefined {
  const name = '[worker eval]';
  let script: vm.Script;
  try {
    const loader = vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER as never;
    script = new vm.Script(source, { filename: name, importModuleDynamically: loader });
  } catch (error) {
    const text = moduleText(source);
    if (text === undefined) throw error;
    return import(`data:text/javascript,${encodeURIComponent(text)}`);
  }
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
  script.runInThisContext();
  return undefined;
}

/**
 * The text of an ES module, with the full names of what it imports: from the working directory, as Node.js finds them. Undefined where
 * it is none. It is loaded as a `data:` URL, which its `import.meta.url` says, and from which `import()` finds no file by a relative name.
 */
function moduleText(source: string): string | undefined {
  const base = pathToFileURL(join(process.cwd(), '[eval1]'));
  const require = createRequire(base);
  const { parse } = createRequire(import.meta.url)('acorn') as typeof Acorn;
  let body: Acorn.Program['body'];
  try {
    body = parse(source, { ecmaVersion: 'latest', sourceType: 'module' }).body;
  } catch {
    return undefined;
  }
  let text = source;
  for (const node of body.toReversed()) {
    const from = 'source' in node ? node.source : undefined;
    if (!from || Module.isBuiltin(String(from.value))) continue;
    const url = importable(String(from.value), base, require);
    text = text.slice(0, from.start) + JSON.stringify(url) + text.slice(from.end);
  }
  return text;
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
