import { types } from 'node:util';
import { isWasmMemory } from '../../control/memory/reach.ts';
import type { Outside } from '../outside/outside.ts';
import { definesSharedMemory, mayBeAtomic } from './wasm_sections.ts';

interface ImportEntry {
  readonly module: string;
  readonly name: string;
  readonly kind: string;
}

type Imports = Record<string, Record<string, unknown>> | undefined;
type Construct = new (...args: unknown[]) => object;
type Asynchronous = (...args: unknown[]) => Promise<unknown>;

/** The parts of `WebAssembly` that are replaced. */
interface Namespace {
  Module: Construct & { imports(module: object): ImportEntry[] };
  Instance: Construct;
  Memory: Construct & { prototype: object };
  compile: Asynchronous;
  compileStreaming?: Asynchronous;
  instantiate: Asynchronous;
  instantiateStreaming?: Asynchronous;
}

/**
 * Notes every instance of a WebAssembly module that uses shared memory: its atomic operations are no steps, and
 * `memory.atomic.wait32` blocks the thread itself. A module without shared memory is none of our concern. What is shared is
 * seen in the memories that an instance is given and those it exports; the module's own sections are read only for one that it
 * neither imports nor exports, which can block its thread but is shared with nobody.
 *
 * `isOwn` is told the shared memories that a thread makes for itself.
 */
export function patchWasm(outside: Outside, isOwn: (buffer: SharedArrayBuffer) => void): void {
  const wasm = (globalThis as unknown as { WebAssembly?: Namespace }).WebAssembly;
  // Where V8 runs without a compiler there is none.
  if (wasm === undefined) return;
  const real = pick(wasm, (work) => outside.whileCompiling(work));
  const definers = new WeakSet<object>();
  const plain = new WeakSet<object>();
  const compiled = (module: object, bytes: unknown): object => {
    if (definesSharedMemory(bytes)) definers.add(module);
    if (!mayBeAtomic(bytes)) plain.add(module);
    return module;
  };

  const note = (module: object): void => {
    if (plain.has(module)) {
      outside.met({
        what: 'instantiated a WebAssembly module with shared memory',
        why: 'it has no atomic instruction, so that its accesses are plain ones',
        plain: true,
      });
      return;
    }
    outside.met({
      what: 'instantiated a WebAssembly module with shared memory',
      why: 'the explorer does not see what it does there',
      wakes: true,
      wasm: true,
      lasting: true,
    });
  };
  /** Before the instance is made: a module may have a start function. */
  const before = (module: unknown, imports: Imports): boolean => {
    if (!(module instanceof real.Module)) return false;
    const shared =
      definers.has(module) ||
      real.Module.imports(module).some(
        (entry) => entry.kind === 'memory' && isShared(imports?.[entry.module]?.[entry.name]),
      );
    if (shared) note(module);
    return shared;
  };
  const after = (instance: { exports: Record<string, unknown> }, module: object, noted: boolean): void => {
    for (const exported of Object.values(instance.exports)) {
      if (!isShared(exported)) continue;
      own.add(exported as object);
      if (!noted) note(module);
    }
  };

  wasm.Module = new Proxy(real.Module, {
    construct: (target, args, newTarget) =>
      compiled(Reflect.construct(target, args, newTarget) as object, args[0]),
  });
  wasm.Instance = new Proxy(real.Instance, {
    construct(target, args, newTarget) {
      const noted = before(args[0], args[1] as Imports);
      const instance = Reflect.construct(target, args, newTarget) as { exports: Record<string, unknown> };
      after(instance, args[0] as object, noted);
      return instance;
    },
  });
  wasm.compile = async (bytes, ...options) =>
    compiled((await real.compile(bytes, ...options)) as object, bytes);
  const instance = async (module: unknown, imports: Imports): Promise<object> => {
    const noted = before(module, imports);
    const made = (await real.instantiate(module, imports)) as { exports: Record<string, unknown> };
    after(made, module as object, noted);
    return made;
  };
  wasm.instantiate = async (source, imports, ...options) => {
    if (source instanceof real.Module) return instance(source, imports as Imports);
    // As the builtin does it, in two steps: what is instantiated must be known first.
    const module = compiled((await real.compile(source, ...options)) as object, source);
    return { module, instance: await instance(module, imports as Imports) };
  };
  const { compileStreaming } = real;
  if (compileStreaming !== undefined) {
    wasm.instantiateStreaming = async (source, imports, ...options) => {
      const module = await compileStreaming(source, ...options);
      return { module, instance: await instance(module, imports as Imports) };
    };
  }
  const own = watchMemories(wasm, real.Memory, isOwn);
}

/** Tells the buffers of memories that the worker itself makes; each look at a grown memory gives another buffer. */
function watchMemories(
  wasm: Namespace,
  Memory: Namespace['Memory'],
  isOwn: (buffer: SharedArrayBuffer) => void,
): WeakSet<object> {
  const own = new WeakSet<object>();
  wasm.Memory = new Proxy(Memory, {
    construct(target, args, newTarget) {
      const memory = Reflect.construct(target, args, newTarget) as object;
      own.add(memory);
      return memory;
    },
  });
  const property = Object.getOwnPropertyDescriptor(Memory.prototype, 'buffer') as PropertyDescriptor;
  Object.defineProperty(Memory.prototype, 'buffer', {
    ...property,
    get(this: object): unknown {
      const buffer: unknown = property.get?.call(this);
      if (types.isSharedArrayBuffer(buffer) && own.has(this)) isOwn(buffer);
      return buffer;
    },
  });
  return own;
}

/** The builtins as they were; `during` is told what goes on beside the thread. */
function pick(
  wasm: Namespace,
  during: (work: Promise<unknown>) => Promise<unknown>,
): Omit<Namespace, 'instantiateStreaming'> {
  const { Module, Instance, Memory, compile, compileStreaming, instantiate } = wasm;
  return {
    Module,
    Instance,
    Memory,
    compile: (...args) => during(compile.apply(wasm, args)),
    compileStreaming:
      compileStreaming === undefined ? undefined : (...args) => during(compileStreaming.apply(wasm, args)),
    instantiate: (...args) => during(instantiate.apply(wasm, args)),
  };
}

function isShared(value: unknown): boolean {
  return isWasmMemory(value) && types.isSharedArrayBuffer(value.buffer);
}
