import { types } from 'node:util';
import { isWasmMemory } from '../../control/memory/reach.ts';
import type { Interceptor } from '../../control/thread/interceptor.ts';
import type { Outside } from '../../control/thread/outside.ts';
import { Linker } from './link.ts';
import { watchMemories } from './memories.ts';
import { isModule, Modules } from './modules.ts';
import { type Imports, type Namespace, type Real, realNamespace, type WasmInstance } from './namespace.ts';

/**
 * Rewrites WebAssembly modules with shared memory as they are compiled, so that their atomic instructions are steps and
 * their plain accesses are told. One that cannot be rewritten, or that comes from elsewhere, is noted where it is
 * instantiated: its operations are no steps, and `memory.atomic.wait32` blocks the thread itself. A module without shared
 * memory does not matter, and stays as it is. What is shared is seen in the memories that an instance is given and those it
 * exports; the module's own sections are read only for one that it neither imports nor exports, which can block its thread but is
 * shared with nobody.
 */
export const wasm: Interceptor = {
  name: 'wasm',
  install(host) {
    const { outside, buffers, plain } = host;
    const { WebAssembly: namespace } = globalThis as unknown as { WebAssembly?: Namespace };
    // Where V8 runs without a compiler there is none.
    if (namespace === undefined) return undefined;
    const real = realNamespace(namespace, (work) => outside.whileCompiling(work));
    const linker = new Linker(host, ({ shared, is64, initial, maximum }) => {
      const pages = (count: number): number | bigint => (is64 ? BigInt(count) : count);
      const limits = {
        initial: pages(initial),
        ...(maximum === undefined ? {} : { maximum: pages(maximum) }),
      };
      return new namespace.Memory({ ...limits, shared, ...(is64 ? { index: 'i64', address: 'i64' } : {}) });
    });
    const own = watchMemories(namespace, real.Memory, {
      made: (buffer) => buffers.made(buffer),
      look: (memory, buffer) => buffers.look(memory, buffer),
      grows: (pages, more) => linker.refuseInSchedule(pages, more),
    });
    const modules = new Modules(real, plain.wanted);
    replaceConstructors(namespace, real, modules, new Instances(outside, real, modules, linker, own));
    return undefined;
  },
};

/** What is made of modules: instances of rewritten ones are linked with what they call; of others it is noted. */
class Instances {
  private readonly outside: Outside;
  private readonly real: Real;
  private readonly modules: Modules;
  private readonly linker: Linker;
  private readonly own: WeakSet<object>;

  /** @param own memories that the thread made for itself */
  constructor(outside: Outside, real: Real, modules: Modules, linker: Linker, own: WeakSet<object>) {
    this.outside = outside;
    this.real = real;
    this.modules = modules;
    this.linker = linker;
    this.own = own;
  }

  /** Called before the instance is made, since a module may have a start function. What to make it with, and whether it was noted. */
  before(module: unknown, imports: Imports): { readonly imports: Imports; readonly seen: boolean } {
    if (!isModule(module)) return { imports, seen: false };
    const rewritten = this.modules.rewrittenOf(module);
    if (rewritten !== undefined) return { imports: this.linker.imports(rewritten, imports), seen: true };
    const shared =
      this.modules.factsOf(module)?.defines === true ||
      this.real.Module.imports(module).some(
        (entry) => entry.kind === 'memory' && isShared(imports?.[entry.module]?.[entry.name]),
      );
    if (shared) this.note(module);
    return { imports, seen: shared };
  }

  after(instance: WasmInstance, module: object, seen: boolean): void {
    for (const exported of Object.values(instance.exports)) {
      if (!isShared(exported)) continue;
      this.own.add(exported as object);
      if (!seen) this.note(module);
    }
  }

  async instantiate(module: unknown, given: Imports): Promise<object> {
    const { imports, seen } = this.before(module, given);
    const made = (await this.real.instantiate(module, imports)) as WasmInstance;
    this.after(made, module as object, seen);
    return made;
  }

  private note(module: object): void {
    const what = 'instantiated a WebAssembly module with shared memory';
    const facts = this.modules.factsOf(module);
    if (facts?.plain === true) {
      const why = 'it has no atomic instruction, so that its accesses are plain ones';
      this.outside.met({ what, why, plain: true });
    } else {
      const cause = facts === undefined ? 'it was not compiled under control' : facts.refused;
      const why = `the explorer does not see what it does there${cause === undefined ? '' : `, for ${cause}`}`;
      this.outside.met({ what, why, wakes: true, wasm: true, lasting: true });
    }
  }
}

function replaceConstructors(namespace: Namespace, real: Real, modules: Modules, instances: Instances): void {
  const compile = async (source: unknown, ...options: unknown[]): Promise<object> => {
    const prepared = modules.prepare(source);
    return modules.compiled((await real.compile(prepared.source, ...options)) as object, prepared);
  };
  namespace.Module = modules.constructorOf((source, newTarget, rest) => {
    const prepared = modules.prepare(source);
    const made = Reflect.construct(real.Module, [prepared.source, ...rest], newTarget as never) as object;
    return modules.compiled(made, prepared);
  });
  // What asks an instance or a module for its constructor gets the one that everyone else has.
  replaceConstructor(real.Module, namespace.Module);
  namespace.Instance = new Proxy(real.Instance, {
    construct(target, args, newTarget) {
      const { imports, seen } = instances.before(args[0], args[1] as Imports);
      const instance = Reflect.construct(target, [args[0], imports], newTarget) as WasmInstance;
      instances.after(instance, args[0] as object, seen);
      return instance;
    },
  });
  replaceConstructor(real.Instance, namespace.Instance);
  namespace.compile = compile;
  namespace.instantiate = async (source, imports, ...options) => {
    if (isModule(source)) return instances.instantiate(source, imports as Imports);
    // As the builtin does it, in two steps: what is instantiated must be known first.
    const module = await compile(source, ...options);
    return { module, instance: await instances.instantiate(module, imports as Imports) };
  };
  const { compileStreaming } = real;
  if (compileStreaming === undefined) return;
  const stream = streaming(compileStreaming, real, modules);
  namespace.compileStreaming = stream;
  namespace.instantiateStreaming = async (source, imports, ...options) => {
    const module = await stream(source, ...options);
    return { module, instance: await instances.instantiate(module, imports as Imports) };
  };
}

function replaceConstructor(real: object, replaced: object): void {
  const { prototype } = real as { prototype: object };
  Object.defineProperty(prototype, 'constructor', { value: replaced, writable: true, configurable: true });
}

/** The builtin compiles the response first, and refuses what it must; what it was made of is read from a copy. */
function streaming(
  compileStreaming: NonNullable<Real['compileStreaming']>,
  { compile }: Pick<Real, 'compile'>,
  modules: Modules,
): (source: unknown, ...options: unknown[]) => Promise<object> {
  return async (source, ...options) => {
    const response: unknown = await source;
    const copy = copyOf(response);
    const module = (await compileStreaming(response, ...options)) as object;
    if (copy === undefined) return module;
    const bytes = await copy.arrayBuffer();
    const prepared = modules.prepare(bytes);
    const made = prepared.source === bytes ? module : await compile(prepared.source, ...options);
    return modules.compiled(made as object, prepared);
  };
}

function copyOf(response: unknown): { arrayBuffer(): Promise<ArrayBuffer> } | undefined {
  if (Object.prototype.toString.call(response) !== '[object Response]') return undefined;
  try {
    return (response as { clone(): { arrayBuffer(): Promise<ArrayBuffer> } }).clone();
  } catch {
    return undefined;
  }
}

function isShared(value: unknown): boolean {
  return isWasmMemory(value) && types.isSharedArrayBuffer(value.buffer);
}
