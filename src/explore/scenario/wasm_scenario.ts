import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TimeoutName } from '../../control/words/layout.ts';
import type { WasmInstance, WasmMemory } from '../../intercept/wasm/namespace.ts';
import { Writer } from '../../intercept/wasm/rewrite/bytes.ts';
import { NOTE } from '../../intercept/wasm/rewrite/note.ts';
import { SECTION } from '../../intercept/wasm/rewrite/shape.ts';
import type { Named, Scenario } from './scenario.ts';
import { type ModuleFacts, moduleFacts } from './wasm_module.ts';

/** What an instance exports: functions, globals, tables. */
// biome-ignore lint/suspicious/noExplicitAny: their types are those of another language.
export type WasmExports = Record<string, any>;

/** What there is beside the exports of a thread's instance. */
export interface WasmContext {
  readonly memory: { readonly buffer: SharedArrayBuffer };
  /** The whole memory as words, at any time. */
  readonly words: Int32Array;
  readonly threads: number;
  readonly operations: number | undefined;
}

type Imports = Record<string, Record<string, unknown>>;

export interface WasmScenarioOptions {
  /** The module: a file, or its bytes. It imports one shared memory. */
  readonly module: URL | string | Uint8Array;
  /** One thread: what it does with its own instance. May be asynchronous. */
  thread(exports: WasmExports, index: number, context: WasmContext): unknown;
  /** After all threads have ended, in one of them; throws, or returns false, where something is wrong. */
  check?(exports: WasmExports, context: WasmContext): unknown;
  /** After every operation that changes memory; the same. */
  invariant?(exports: WasmExports, context: WasmContext): unknown;
  /** Runs once, when all instances are there and before the first schedule: what it leaves in memory each schedule begins with. */
  prepare?(exports: WasmExports, context: WasmContext): void;
  /** Names of words, for tables, causes and pages. Default: each exported address (`-Wl,--export=NAME` of clang) names its word. */
  names?(exports: WasmExports, context: WasmContext): Readonly<Record<string, Named>>;
  /** What the module imports beside its memory; asked for each instance. */
  readonly imports?: Imports | ((index: number) => Imports);
  /** Pages to begin with, and at most, where the module's own numbers are too small or too large. */
  readonly memory?: { readonly initial?: number; readonly maximum?: number };
  /** Of each thread's stack, in bytes. Default 65,536, or what memory has room for, at least 4,096. */
  readonly stackBytes?: number;
  readonly threads?: number;
  readonly operations?: number;
  readonly symmetric?: boolean;
  readonly timeouts?: TimeoutName;
}

/** What setup() makes, and all threads share. Cloneable. */
interface Shared {
  readonly memory: WasmMemory;
  readonly module: object;
  /** Where each thread's own part begins, and where it ends: thread-local storage, then the stack, which grows down. */
  readonly parts: readonly { readonly start: number; readonly end: number }[];
  readonly threads: number;
  readonly operations: number | undefined;
  readonly from: readonly [module: string, name: string];
  readonly keepsState: boolean;
}

interface Attached {
  exports: WasmExports;
  readonly context: WasmContext;
  readonly index: number;
}

const PAGE = 65_536;
const STACK_BYTES = 65_536;
/** Where memory has no room for those, they are smaller, but not below this. */
const STACK_BYTES_MIN = 4096;
const STACK_ALIGNMENT = 16;

interface Compiler {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: Imports) => WasmInstance;
  Memory: new (limits: object) => WasmMemory;
}

// As it is when it is used: in an explored thread it is the one under control.
const compiler = (): Compiler => (globalThis as unknown as { WebAssembly: Compiler }).WebAssembly;

/**
 * A scenario of a WebAssembly module whose threads share its memory, as its default export:
 * `export default wasmScenario({ module: new URL('./lock.wasm', import.meta.url), thread: (exports) => exports.increment() })`.
 *
 * Each thread has an instance with a stack and thread-local storage of its own. Data is laid into memory once. Before every
 * schedule, memory and the variables of each instance are as they were.
 *
 * @throws TypeError in `setup`, for a module that does not import one shared memory, or whose memory has no room for the threads
 */
export function wasmScenario(options: WasmScenarioOptions): Scenario<unknown, unknown> {
  const { check, invariant, names, thread, threads, operations, symmetric, timeouts } = options;
  const on =
    (call: (exports: WasmExports, context: WasmContext) => unknown) =>
    (_: unknown, attached: unknown): unknown => {
      const { exports, context } = attached as Attached;
      return call(exports, context);
    };
  return {
    ...(threads === undefined ? {} : { threads }),
    ...(operations === undefined ? {} : { operations }),
    ...(symmetric === undefined ? {} : { symmetric }),
    ...(timeouts === undefined ? {} : { timeouts }),
    setup: (asked) => setUp(options, asked.threads, asked.operations),
    attach: (shared, index) => attach(options, shared as Shared, index),
    thread(shared, index, attached) {
      const own = attached as Attached;
      begin(options, shared as Shared, own);
      return thread(own.exports, index, own.context);
    },
    ...(check === undefined ? {} : { check: on(check) }),
    ...(invariant === undefined ? {} : { invariant: on(invariant) }),
    names: on(names ?? exportedNames) as Scenario<unknown, unknown>['names'],
  };
}

/** Compiles the module, makes its memory, and one first instance that lays its data there and reserves what threads need. */
function setUp(options: WasmScenarioOptions, threads: number, operations: number | undefined): Shared {
  const path = options.module instanceof Uint8Array ? undefined : resolve(pathOf(options.module));
  const facts = moduleFacts(path === undefined ? (options.module as Uint8Array) : readFileSync(path));
  const { memory: declared, keepsState } = facts;
  const { Module, Memory } = compiler();
  const { initial = declared.initial, maximum = declared.maximum } = options.memory ?? {};
  const memory = new Memory({ initial, maximum, shared: true });
  const module = new Module(withNotes(facts, path));
  const shared = { memory, module, parts: [], threads, operations, from: declared.from, keepsState };
  const exports = instantiate(options, shared, 0);
  const initialise = exports._initialize ?? exports.__wasm_call_ctors;
  if (typeof initialise === 'function') initialise();
  return { ...shared, parts: reserve(options, memory, exports, { threads, maximum }) };
}

/** With sections that say where the module lies, so that its places can be shown. */
function withNotes({ bytes, shift }: ModuleFacts, path: string | undefined): Uint8Array {
  const all = new Writer(bytes.length + 512);
  all.append(bytes);
  const note = (name: string, write: (section: Writer) => void): void => {
    const section = new Writer();
    section.name(name);
    write(section);
    all.byte(SECTION.CUSTOM);
    all.vector(section.done());
  };
  note(NOTE.SHIFT, (section) => section.u32(shift));
  if (path !== undefined) note(NOTE.PATH, (section) => section.append(new TextEncoder().encode(path)));
  return all.done();
}

function pathOf(module: URL | string): string {
  return module instanceof URL || module.startsWith('file:') ? fileURLToPath(module) : module;
}

/**
 * By the module's own `malloc`, where it exports one, else in pages that are added at the end. Nothing for a module that has
 * neither a stack in memory nor thread-local storage.
 */
function reserve(
  { stackBytes }: WasmScenarioOptions,
  memory: WasmMemory,
  exports: WasmExports,
  { threads, maximum }: { threads: number; maximum: number },
): Shared['parts'] {
  const localBytes = numberOf(exports.__tls_size) ?? 0;
  const align = Math.max(STACK_ALIGNMENT, numberOf(exports.__tls_align) ?? 1);
  const up = (value: number): number => Math.ceil(value / align) * align;
  if (localBytes === 0 && exports.__stack_pointer === undefined) return [];
  const { malloc } = exports;
  const free =
    typeof malloc === 'function' ? Number.POSITIVE_INFINITY : maximum * PAGE - memory.buffer.byteLength;
  const fits = Math.floor((free / threads - up(localBytes) - align) / align) * align;
  const each = up(up(localBytes) + (stackBytes ?? Math.max(STACK_BYTES_MIN, Math.min(STACK_BYTES, fits))));
  const room = threads * each + align;
  const start = up(typeof malloc === 'function' ? malloc(room) >>> 0 : more(memory, room));
  return Array.from({ length: threads }, (_, i) => ({
    start: start + i * each,
    end: start + (i + 1) * each,
  }));
}

function more(memory: WasmMemory, bytes: number): number {
  const pages = Math.ceil(bytes / PAGE);
  const now = memory.buffer.byteLength / PAGE;
  try {
    memory.grow(pages);
  } catch {
    throw new TypeError(
      `wasmScenario(): the stacks of the threads need ${pages} more pages of memory, beside ${now}: give it a larger maximum ` +
        '(--max-memory), or smaller stacks (stackBytes)',
    );
  }
  return now * PAGE;
}

function instantiate({ imports }: WasmScenarioOptions, shared: Shared, index: number): WasmExports {
  const given = typeof imports === 'function' ? imports(index) : (imports ?? {});
  const [module, name] = shared.from;
  const all = { ...given, [module]: { ...given[module], [name]: shared.memory } };
  const { Instance } = compiler();
  return new Instance(shared.module, all).exports;
}

function attach(options: WasmScenarioOptions, shared: Shared, index: number): Attached {
  const { memory, threads, operations } = shared;
  let words = new Int32Array(memory.buffer);
  const context: WasmContext = {
    memory: memory as WasmContext['memory'],
    get words() {
      const { buffer } = memory;
      if (words.buffer !== buffer) words = new Int32Array(buffer);
      return words;
    },
    threads,
    operations,
  };
  const attached = { exports: instantiate(options, shared, index), context, index };
  own(shared, attached);
  if (index === threads - 1) options.prepare?.(attached.exports, context);
  if (!shared.keepsState) kept.set(attached, globalsOf(attached.exports));
  return attached;
}

/** The thread's own stack and thread-local storage. */
function own({ parts }: Shared, { exports, index }: Attached): void {
  const part = parts[index];
  if (part === undefined) return;
  const { start, end } = part;
  if (numberOf(exports.__tls_size) ?? 0) exports.__wasm_init_tls?.(start);
  if (exports.__stack_pointer !== undefined) exports.__stack_pointer.value = end;
}

/** The exported variables of instances, as every schedule begins with them. */
const kept = new WeakMap<Attached, readonly (readonly [{ value: unknown }, unknown])[]>();

function globalsOf(exports: WasmExports): [{ value: unknown }, unknown][] {
  return Object.values(exports).flatMap((one: { value: unknown }): [{ value: unknown }, unknown][] => {
    if (Object.prototype.toString.call(one) !== '[object WebAssembly.Global]') return [];
    try {
      // Those that cannot be written stay by themselves.
      const { value } = one;
      one.value = value;
      return [[one, value]];
    } catch {
      return [];
    }
  });
}

/** The instance is as it was: an abandoned schedule leaves the stack pointer where it was. */
function begin(options: WasmScenarioOptions, shared: Shared, attached: Attached): void {
  const globals = kept.get(attached);
  if (globals !== undefined) {
    for (let i = 0; i < globals.length; i++) globals[i][0].value = globals[i][1];
    return;
  }
  attached.exports = instantiate(options, shared, attached.index);
  own(shared, attached);
}

/** What clang exports as data is a constant: an address. */
function exportedNames(exports: WasmExports, { words }: WasmContext): Record<string, Named> {
  const named: Record<string, Named> = {};
  for (const [name, one] of Object.entries(exports)) {
    const address = typeof one === 'object' && !name.startsWith('__') ? numberOf(one) : undefined;
    if (address !== undefined && address > 0 && address % 4 === 0 && address / 4 < words.length) {
      named[name] = [words, address / 4];
    }
  }
  return named;
}

/** Of a global, or of what a toolchain exports as a number. */
function numberOf(global: unknown): number | undefined {
  if (typeof global === 'number') return global;
  const value = (global as { value?: unknown } | undefined)?.value;
  return typeof value === 'number' ? value : undefined;
}
