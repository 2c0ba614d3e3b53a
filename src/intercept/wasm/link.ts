/** The imports of an instance of a rewritten module: what the user gave, as the engine asks for it, and what was added. */
import { isWasmMemory } from '../../control/memory/reach.ts';
import { showFrames } from '../../control/notes/frames.ts';
import { stackText } from '../../control/notes/site.ts';
import { ABANDONED } from '../../control/thread/abandon.ts';
import type { InterceptHost } from '../../control/thread/interceptor.ts';
import { ABANDON, FAIL, H } from '../../control/words/layout.ts';
import { type AtomicMethods, atomicCall } from './atomic_calls.ts';
import { Frames } from './frames.ts';
import { type Address, LinkedMemory, unsigned } from './linked_memory.ts';
import type { Imports, WasmMemory } from './namespace.ts';
import { NEED, type Need } from './rewrite/needs.ts';
import { type KeptMemory, OWN_MODULE } from './rewrite/note.ts';
import type { RewrittenModule } from './rewritten_module.ts';

type Call = (...operands: never[]) => unknown;

export class Linker {
  private readonly host: InterceptHost;
  private readonly atomics: AtomicMethods;
  private readonly frames = new Frames();
  /** Makes memories as the code under test does. */
  private readonly makeMemory: (kept: KeptMemory) => WasmMemory;

  constructor(host: InterceptHost, makeMemory: (kept: KeptMemory) => WasmMemory) {
    this.host = host;
    this.makeMemory = makeMemory;
    // As they are now: replaced by ours, and nobody else has come yet.
    this.atomics = { ...methodsOf(Atomics) };
    showFrames((line) => this.frames.show(line));
  }

  /** What to give to the real constructor in place of `imports`, which is not changed. Each property is read once, as ever. */
  imports(module: RewrittenModule, imports: Imports): Imports {
    const isObject = (typeof imports === 'object' && imports !== null) || typeof imports === 'function';
    // The builtin refuses it, in its own words.
    if (!isObject && (imports !== undefined || module.note.imports > 0)) return imports;
    const memories = new Memories(module.note.memories, this.makeMemory);
    const added = this.added(module, memories);
    return new Proxy({} as NonNullable<Imports>, {
      get: (_, name) => {
        if (name === OWN_MODULE) return added;
        const part: unknown = isObject ? Reflect.get(imports as object, name) : undefined;
        return memories.watch(name, part);
      },
    });
  }

  private added(module: RewrittenModule, memories: Memories): Record<string, unknown> {
    const added: Record<string, unknown> = {};
    module.note.memories.forEach((kept, i) => {
      if (kept.from === undefined) added[`memory ${i}`] = memories.make(i);
    });
    module.note.needs.forEach((need, i) => {
      added[i] = this.call(need, module, memories);
    });
    return added;
  }

  private call(need: Need, module: RewrittenModule, memories: Memories): Call {
    switch (need.kind) {
      case NEED.ATOMIC: {
        // The memory is known only when all imports have been read.
        let real: Call | undefined;
        return (...operands) => {
          if (real === undefined) {
            this.frames.learn(module);
            real = atomicCall(need.sub, memories.linked(need.memory), this.atomics);
          }
          return real(...operands);
        };
      }
      case NEED.GROW:
        return (pages: Address) => {
          this.frames.learn(module);
          return this.grow(memories, need.memory, pages);
        };
      default:
        return this.tell(need, module, memories);
    }
  }

  /** `memory.grow`: -1 where it is refused. In a schedule it could not be put back. */
  private grow(memories: Memories, index: number, pages: Address): Address {
    const { memory } = memories.linked(index);
    const { is64, maximum } = memories.kept[index];
    const typed = (value: number): Address => (is64 ? BigInt(value) : value);
    const now = memory.buffer.byteLength / PAGE;
    const more = unsigned(pages);
    if (more === 0) return typed(now);
    if (maximum !== undefined && now + more > maximum) return typed(-1);
    this.refuseInSchedule(now, more);
    try {
      return memory.grow(is64 ? BigInt(more) : more);
    } catch {
      return typed(-1);
    }
  }

  refuseInSchedule(now: number, more: number): void {
    const { engine } = this.host;
    if (!engine.controlled) return;
    if (engine.words[H.ABANDON] !== ABANDON.NONE) throw ABANDONED;
    engine.abort(FAIL.ALLOCATION, {
      name: 'WebAssembly.Memory',
      message:
        `thread ${engine.me} grew a shared WebAssembly.Memory from ${now} to ${now + more} pages: the explorer cannot ` +
        'put it back between schedules; let it begin with as many pages as it needs',
      stack: stackText(),
    });
  }

  /** Tells plain accesses before they happen. One that traps is none. */
  private tell({ kind, memory, source }: Need, module: RewrittenModule, memories: Memories): Call {
    const { plain } = this.host;
    let isLearnt = false;
    const siteOf = (local: number): number => {
      if (!isLearnt) this.frames.learn(module);
      isLearnt = true;
      return module.site(local, plain);
    };
    const write = (of: number, at: number, bytes: number, site: number): void => {
      const linked = memories.linked(of);
      if (bytes > 0 && linked.holds(at, bytes)) plain.write(linked.buffer, at, bytes, siteOf(site));
    };
    const read = (of: number, at: number, bytes: number, site: number): void => {
      const linked = memories.linked(of);
      if (bytes > 0 && linked.holds(at, bytes)) plain.read(linked.buffer, at, bytes, siteOf(site));
    };
    switch (kind) {
      case NEED.READ:
        return (address: Address, offset: Address, bytes: number, site: number) => {
          read(memory, unsigned(address) + unsigned(offset), bytes, site);
          return address;
        };
      case NEED.WRITE:
        return (address: Address, offset: Address, bytes: number, site: number) => {
          write(memory, unsigned(address) + unsigned(offset), bytes, site);
          return address;
        };
      case NEED.COPY:
        return (to: Address, from: Address, length: Address, site: number) => {
          const bytes = unsigned(length);
          const both =
            memories.holds(memory, unsigned(to), bytes) && memories.holds(source, unsigned(from), bytes);
          if (!both) return;
          if (memories.kept[source].shared) read(source, unsigned(from), bytes, site);
          if (memories.kept[memory].shared) write(memory, unsigned(to), bytes, site);
        };
      default:
        return (to: Address, length: Address, site: number) =>
          write(memory, unsigned(to), unsigned(length), site);
    }
  }
}

const PAGE = 65_536;

/** The memories of one instance, as they become known. */
class Memories {
  readonly kept: readonly KeptMemory[];
  private readonly given: (WasmMemory | undefined)[];
  private readonly links: (LinkedMemory | undefined)[] = [];
  private readonly makeMemory: (kept: KeptMemory) => WasmMemory;

  constructor(kept: readonly KeptMemory[], makeMemory: (kept: KeptMemory) => WasmMemory) {
    this.kept = kept;
    this.given = kept.map(() => undefined);
    this.makeMemory = makeMemory;
  }

  make(index: number): WasmMemory {
    const memory = this.makeMemory(this.kept[index]);
    this.given[index] = memory;
    return memory;
  }

  /** What the engine is to get for one module name, so that the memories among its parts are seen. */
  watch(module: string | symbol, part: unknown): unknown {
    const isObject = (typeof part === 'object' && part !== null) || typeof part === 'function';
    if (!isObject || !this.kept.some(({ from }) => from?.[0] === module)) return part;
    return new Proxy(
      {},
      {
        get: (_, name) => {
          const value: unknown = Reflect.get(part, name);
          this.kept.forEach(({ from }, i) => {
            if (from?.[0] === module && from[1] === name && isWasmMemory(value))
              this.given[i] = value as WasmMemory;
          });
          return value;
        },
      },
    );
  }

  linked(index: number): LinkedMemory {
    this.links[index] ??= new LinkedMemory(
      this.given[index] as WasmMemory,
      (this.kept[index].maximum ?? 0) * PAGE,
    );
    return this.links[index];
  }

  holds(index: number, at: number, bytes: number): boolean {
    return this.kept[index].shared
      ? this.linked(index).holds(at, bytes)
      : at + bytes <= (this.given[index] as WasmMemory).buffer.byteLength;
  }
}

function methodsOf(atomics: typeof Atomics): AtomicMethods {
  const { load, store, add, sub, and, or, xor, exchange, compareExchange, wait, notify } = atomics;
  return { load, store, add, sub, and, or, xor, exchange, compareExchange, wait, notify };
}
