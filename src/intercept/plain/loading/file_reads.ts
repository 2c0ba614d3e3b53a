import { promises } from 'node:fs';
import { createRequire } from 'node:module';
import { parse } from '../rewrite/rewrite.ts';
import { isNode, type Node } from '../rewrite/syntax.ts';
import type { Modules } from './modules.ts';

type ReadFile = (path: unknown, ...rest: unknown[]) => Promise<unknown>;

/** Called by the loader of ES modules, and by nothing else. */
const LOADER = /^\s*at (?:async )?getSource \(node:internal\/modules\/esm\/load:/;

/**
 * Instruments ES modules where Node.js has no hooks that run in this thread: its loader reads each module's file by
 * `fs.promises.readFile`, which is replaced. `module.register` would start a thread for each worker, which costs three times
 * as much as the worker itself, and sees nothing that `require` loads.
 */
export function hookFileReads(modules: Modules): void {
  const target = promises as unknown as { readFile: ReadFile };
  const { readFile } = target;
  target.readFile = function (path, ...rest) {
    const content = readFile.call(this, path, ...rest);
    if (!(path instanceof URL) || rest.length > 0 || !calledByLoader()) return content;
    return content.then((bytes) => changed(modules, bytes as Buffer, path.href));
  };
}

function calledByLoader(): boolean {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 4;
  const stack = new Error().stack ?? '';
  Error.stackTraceLimit = limit;
  return stack.split('\n').some((line) => LOADER.test(line));
}

/** The bytes of a module's file; those of one that is no ES module stay, for they come by CommonJS if they are code. */
function changed(modules: Modules, bytes: Buffer, url: string): Buffer {
  const path = new URL(url).pathname;
  if (/\.(json|wasm|node|cjs|[cm]?ts)$/.test(path) || !modules.concerns(url)) return bytes;
  const source = bytes.toString('utf8');
  if (!path.endsWith('.mjs') && !isModule(source)) return bytes;
  const code = modules.instrumented(source, 'module', url);
  return code === source ? bytes : Buffer.from(code);
}

/** It has what only a module can have: whatever a package.json says, other code means the same as CommonJS or is no module. */
function isModule(source: string): boolean {
  try {
    const program = parse(source, 'module', []);
    return (
      (program.body as Node[]).some(({ type }) => /^(Import|Export)/.test(type)) ||
      /\bimport\.meta\b|\bawait\b/.test(source)
    );
  } catch {
    return false;
  }
}

/**
 * What an ES module imports that was loaded by `require` is read in a way that nobody can follow on this Node.js: each module that is
 * not known already is said.
 */
export function sayUnread(modules: Modules): (source: string, file: string) => void {
  const visited = new Set<string>();
  return (source, file) => visit(modules, source, file, visited);
}

function visit(modules: Modules, source: string, file: string, visited: Set<string>): void {
  let program: Node;
  try {
    program = parse(source, 'module', []);
  } catch {
    return;
  }
  const { resolve } = createRequire(file);
  for (const { source: from } of program.body as Node[]) {
    if (!isNode(from)) continue;
    let path: string;
    try {
      path = resolve(from.value as string);
    } catch {
      continue;
    }
    if (visited.has(path) || !path.startsWith('/') || modules.knows(path)) continue;
    visited.add(path);
    modules.passOver(path, 'it is imported by a module that require() loaded, which this Node.js hides');
  }
}
