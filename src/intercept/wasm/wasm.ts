import { types } from 'node:util';
import { isWasmMemory } from '../../control/memory/reach.ts';
import type { Interceptor } from '../../control/thread/interceptor.ts';
import type { Outside } from '../../control/thread/outside.ts';
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
 * `memory.atomic.wait32` blocks the thread itself. A module without shared memory does not matter. What is shared is
 * seen in the memories that an instance is given and those it exports; the module's own sections are read only for one that it
 * neither imports nor exports, which can block its thread but is shared with nobody.
 */
export const wasm: Interceptor = {
  name: 'wasm',
  install({ outside, buffers }) {
    const { WebAssembly: namespace } = globalThis as unknown as { WebAssembly?: Namespace };
    // Where V8 runs without a compiler there is none.
    if (namespace === undefined) return undefined;
    const real = pick(namespace, (work) => outside.whileCompiling(work));
    const own = watchMemories(namespace, real.Memory, (buffer) => buffers.made(buffer));
    replaceConstructors(namespace, real, new Instances(outside, real, own));
    return undefined;
  },
};

type Real = Omit<Namespace, 'instantiateStreaming'>;
type Instance = object & { exports: Record<string, unknown> };

/** What is known of modules, and what is said of their instances. */
class Instances {
  private readonly outside: Outside;
  private readonly real: Real;
  private readonly own: WeakSet<object>;
  private readonly definers = new WeakSet<object>();
  private readonly plain = new WeakSet<object>();

  /** @param own memories that the thread made for itself */
  constructor(outside: Outside, real: Real, own: WeakSet<object>) {
    this.outside = outside;
    this.real = real;
    this.own = own;
  }

  compiled(module: object, bytes: unknown): object {
    if (definesSharedMemory(bytes)) this.definers.add(module);
    if (!mayBeAtomic(bytes)) this.plain.add(module);
    return module;
  }

  /** Called before the instance is made, since a module may have a start function; true if it was noted. */
  before(module: unknown, imports: Imports): boolean {
    if (!(module instanceof this.real.Module)) return false;
    const shared =
      this.definers.has(module) ||
      this.real.Module.imports(module).some(
        (entry) => entry.kind === 'memory' && isShared(imports?.[entry.module]?.[entry.name]),
      );
    if (shared) this.note(module);
    return shared;
  }

  after(instance: Instance, module: object, noted: boolean): void {
    for (const exported of Object.values(instance.exports)) {
      if (!isShared(exported)) continue;
      this.own.add(exported as object);
      if (!noted) this.note(module);
    }
  }

  async instantiate(module: unknown, imports: Imports): Promise<object> {
    const noted = this.before(module, imports);
    const made = (await this.real.instantiate(module, imports)) as Instance;
    this.after(made, module as object, noted);
    return made;
  }

  private note(module: object): void {
    const what = 'instantiated a WebAssembly module with shared memory';
    if (this.plain.has(module)) {
      const why = 'it has no atomic instruction, so that its accesses are plain ones';
      this.outside.met({ what, why, plain: true });
    } else {
      const why = 'the explorer does not see what it does there';
      this.outside.met({ what, why, wakes: true, wasm: true, lasting: true });
    }
  }
}

function replaceConstructors(namespace: Namespace, real: Real, instances: Instances): void {
  namespace.Module = new Proxy(real.Module, {
    construct: (target, args, newTarget) =>
      instances.compiled(Reflect.construct(target, args, newTarget) as object, args[0]),
  });
  namespace.Instance = new Proxy(real.Instance, {
    construct(target, args, newTarget) {
      const noted = instances.before(args[0], args[1] as Imports);
      const instance = Reflect.construct(target, args, newTarget) as Instance;
      instances.after(instance, args[0] as object, noted);
      return instance;
    },
  });
  namespace.compile = async (bytes, ...options) =>
    instances.compiled((await real.compile(bytes, ...options)) as object, bytes);
  namespace.instantiate = async (source, imports, ...options) => {
    if (source instanceof real.Module) return instances.instantiate(source, imports as Imports);
    // As the builtin does it, in two steps: what is instantiated must be known first.
    const module = instances.compiled((await real.compile(source, ...options)) as object, source);
    return { module, instance: await instances.instantiate(module, imports as Imports) };
  };
  const { compileStreaming } = real;
  if (compileStreaming === undefined) return;
  namespace.instantiateStreaming = async (source, imports, ...options) => {
    const module = await compileStreaming(source, ...options);
    return { module, instance: await instances.instantiate(module, imports as Imports) };
  };
}

/** Tells the buffers of memories that the worker itself makes; each look at a grown memory gives another buffer. */
function watchMemories(
  namespace: Namespace,
  Memory: Namespace['Memory'],
  isOwn: (buffer: SharedArrayBuffer) => void,
): WeakSet<object> {
  const own = new WeakSet<object>();
  namespace.Memory = new Proxy(Memory, {
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
function pick(namespace: Namespace, during: (work: Promise<unknown>) => Promise<unknown>): Real {
  const { Module, Instance, Memory, compile, compileStreaming, instantiate } = namespace;
  return {
    Module,
    Instance,
    Memory,
    compile: (...args) => during(compile.apply(namespace, args)),
    compileStreaming:
      compileStreaming === undefined
        ? undefined
        : (...args) => during(compileStreaming.apply(namespace, args)),
    instantiate: (...args) => during(instantiate.apply(namespace, args)),
  };
}

function isShared(value: unknown): boolean {
  return isWasmMemory(value) && types.isSharedArrayBuffer(value.buffer);
}
