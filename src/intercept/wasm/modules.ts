import { types } from 'node:util';
import type { ModuleConstructor, Real } from './namespace.ts';
import { Unreadable } from './rewrite/bytes.ts';
import { NOTE, OWN_MODULE } from './rewrite/note.ts';
import { rewrite } from './rewrite/rewrite.ts';
import { RewrittenModule } from './rewritten_module.ts';
import { definesSharedMemory } from './wasm_sections.ts';

/** What to compile in place of what was given, and what is known of it. */
export interface Prepared {
  readonly source: unknown;
  /** What is to be known of the module, once it is compiled. */
  readonly facts: ModuleFacts;
}

/** Of a module that was left as it is. */
interface ModuleFacts {
  /** It has a shared memory of its own. */
  readonly defines: boolean;
  /** Nothing in it had to be rewritten: what it does to shared memory are plain accesses. */
  readonly plain: boolean;
  /** Why it could not be rewritten. */
  readonly refused?: string;
}

/** The modules of this thread: rewrites those that must be, and knows what became of each. */
export class Modules {
  private readonly real: Real;
  private readonly tellsPlain: boolean;
  private readonly facts = new WeakMap<object, ModuleFacts>();
  private readonly rewritten = new WeakMap<object, RewrittenModule | undefined>();

  /** @param tellsPlain plain accesses are to be told */
  constructor(real: Real, tellsPlain: boolean) {
    this.real = real;
    this.tellsPlain = tellsPlain;
  }

  /** What is no module, or a damaged one, stays as it is: the compiler says so in its own words. */
  prepare(source: unknown): Prepared {
    const bytes = bytesOf(source);
    const facts = (plain: boolean, refused?: string): ModuleFacts => ({
      defines: definesSharedMemory(bytes),
      plain,
      refused,
    });
    if (bytes === undefined) return { source, facts: { defines: false, plain: false } };
    try {
      const made = rewrite(bytes, this.tellsPlain);
      if (made === undefined) return { source, facts: facts(true) };
      if (!this.real.validate(bytes)) return { source, facts: facts(false) };
      if (this.real.validate(made)) return { source: made, facts: facts(false) };
      return { source, facts: facts(false, 'rewriting it did not succeed') };
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      return { source, facts: facts(false, error.message) };
    }
  }

  /** Remembers a compiled module. */
  compiled(module: object, { facts }: Prepared): object {
    this.facts.set(module, facts);
    return module;
  }

  rewrittenOf(module: object): RewrittenModule | undefined {
    if (!this.rewritten.has(module)) this.rewritten.set(module, RewrittenModule.of(module, this.real.Module));
    return this.rewritten.get(module);
  }

  /** undefined for a module that was compiled elsewhere. */
  factsOf(module: object): ModuleFacts | undefined {
    return this.facts.get(module);
  }

  /** The constructor of modules, whose answers are those of the originals. */
  constructorOf(
    construct: (source: unknown, newTarget: object, rest: unknown[]) => object,
  ): ModuleConstructor {
    const { Module } = this.real;
    const rewrittenOf = (module: unknown): RewrittenModule | undefined =>
      isModule(module) ? this.rewrittenOf(module) : undefined;
    const own: Partial<ModuleConstructor> = {
      imports: (module) => {
        const all = Module.imports(module);
        return rewrittenOf(module) === undefined ? all : all.filter((entry) => entry.module !== OWN_MODULE);
      },
      customSections(...args: [object, string]) {
        const rewritten = args.length < 2 ? undefined : rewrittenOf(args[0]);
        if (rewritten === undefined) return Module.customSections(...args);
        const name = String(args[1]);
        if ((Object.values(NOTE) as string[]).includes(name)) return [];
        const sections = Module.customSections(args[0], name);
        return name === 'name' && rewritten.names !== undefined
          ? [rewritten.names, ...sections.slice(1)]
          : sections;
      },
    };
    for (const [name, method] of Object.entries(own)) {
      Object.defineProperty(method, 'name', { value: name });
    }
    return new Proxy(Module, {
      construct: (_, [source, ...rest], newTarget) => construct(source, newTarget, rest),
      get: (target, name, receiver) =>
        Object.hasOwn(own, name) ? own[name as keyof typeof own] : Reflect.get(target, name, receiver),
    });
  }
}

/** A module of any realm. */
export function isModule(value: unknown): value is object {
  return Object.prototype.toString.call(value) === '[object WebAssembly.Module]';
}

export function bytesOf(source: unknown): Uint8Array | undefined {
  if (types.isAnyArrayBuffer(source)) return new Uint8Array(source);
  if (!ArrayBuffer.isView(source)) return undefined;
  return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
}
