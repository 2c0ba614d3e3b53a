/** The parts of `WebAssembly` that are replaced; the type libraries in use know a few of them only. */
export interface ImportEntry {
  readonly module: string;
  readonly name: string;
  readonly kind: string;
}

export interface WasmMemory {
  readonly buffer: ArrayBufferLike;
  grow(pages: number | bigint): number | bigint;
}

export type WasmInstance = object & { readonly exports: Record<string, unknown> };

export type Imports = Record<string, Record<string, unknown>> | undefined;
type Construct<Made extends object = object> = new (...args: unknown[]) => Made;
type Asynchronous = (...args: unknown[]) => Promise<unknown>;

export interface ModuleConstructor extends Construct {
  imports(module: object): ImportEntry[];
  exports(module: object): unknown[];
  customSections(module: object, name: string): ArrayBuffer[];
}

export interface Namespace {
  Module: ModuleConstructor;
  Instance: Construct<WasmInstance>;
  Memory: Construct<WasmMemory> & { prototype: object };
  compile: Asynchronous;
  compileStreaming?: Asynchronous;
  instantiate: Asynchronous;
  instantiateStreaming?: Asynchronous;
  validate(bytes: unknown): boolean;
}

/** The builtins as they were. */
export type Real = Omit<Namespace, 'instantiateStreaming'>;

/** @param during is told what goes on beside the thread */
export function realNamespace(
  namespace: Namespace,
  during: (work: Promise<unknown>) => Promise<unknown>,
): Real {
  const { Module, Instance, Memory, compile, compileStreaming, instantiate, validate } = namespace;
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
    validate,
  };
}
