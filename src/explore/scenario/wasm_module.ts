/** What a scenario of a WebAssembly module must know of it. */
import { Reader, skipType, Unreadable } from '../../intercept/wasm/rewrite/bytes.ts';
import { Instruction, OP } from '../../intercept/wasm/rewrite/instruction.ts';
import {
  EXTERNAL,
  list,
  type MemoryType,
  SECTION,
  type Shape,
  shapeOf,
} from '../../intercept/wasm/rewrite/shape.ts';
import { withExports } from './wasm_exports.ts';

const V128 = 0x7b;

export interface ModuleFacts {
  /** The module, with the exports that threads need (`withExports`). */
  readonly bytes: Uint8Array;
  /** By how many bytes its code lies later than in the original. */
  readonly shift: number;
  /** The shared memory that it imports: from where, pages. */
  readonly memory: {
    readonly from: readonly [module: string, name: string];
    readonly initial: number;
    readonly maximum: number;
  };
  /** An instance has variables that nobody outside can put back: mutable globals that JavaScript cannot read. */
  readonly keepsState: boolean;
}

/** @throws TypeError for a module that does not import exactly one memory, a shared one */
export function moduleFacts(bytes: Uint8Array): ModuleFacts {
  const shape = readable(bytes);
  const [memory, ...more] = shape.memories;
  if (memory?.from === undefined || !memory.shared || memory.is64 || more.length > 0) {
    throw new TypeError(
      `wasmScenario(): the module ${whatMemory(shape.memories)}; it must import one shared memory, of 32-bit addresses ` +
        '(clang: -Wl,--import-memory,--shared-memory,--max-memory=BYTES; asc: --importMemory --sharedMemory)',
    );
  }
  const limits = new Reader(memory.limits, 1);
  const part = (id: number): Reader | undefined => {
    const section = shape.sections.find((one) => one.id === id);
    return section && new Reader(bytes, section.start, section.end);
  };
  const types = mutableGlobals(part(SECTION.GLOBAL), importedGlobals(part(SECTION.IMPORT)));
  return {
    ...withExports(shape, [...types.keys()]),
    memory: { from: memory.from, initial: limits.u32(), maximum: limits.u32() },
    keepsState: [...types.values()].includes(V128),
  };
}

function readable(bytes: Uint8Array): Shape {
  try {
    return shapeOf(bytes);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    throw new TypeError(`wasmScenario(): the module cannot be read: ${error.message}`);
  }
}

function whatMemory(memories: readonly MemoryType[]): string {
  if (memories.length === 0) return 'has no memory';
  if (memories.length > 1) return 'has several memories';
  const [{ from, shared, is64 }] = memories;
  if (is64) return 'has a memory of 64-bit addresses';
  return from === undefined ? 'has a memory of its own' : shared ? '' : 'imports a memory that is not shared';
}

/** The module's own: their types by number. @param first the number of the first one */
function mutableGlobals(reader: Reader | undefined, first: number): Map<number, number> {
  const found = new Map<number, number>();
  if (reader === undefined) return found;
  const instruction = new Instruction(reader, []);
  let index = first;
  list(reader, () => {
    const type = reader.bytes[reader.at];
    skipType(reader);
    if (reader.byte() === 1) found.set(index, type);
    do instruction.next();
    while (instruction.opcode !== OP.END);
    index++;
  });
  return found;
}

function importedGlobals(reader: Reader | undefined): number {
  if (reader === undefined) return 0;
  return list(reader, () => {
    reader.vector();
    reader.vector();
    const kind = reader.byte();
    if (kind === EXTERNAL.TABLE) skipType(reader);
    if (kind === EXTERNAL.TABLE || kind === EXTERNAL.MEMORY) {
      const flags = reader.u32();
      reader.skipNumber();
      if ((flags & 1) !== 0) reader.skipNumber();
    } else if (kind === EXTERNAL.GLOBAL) {
      skipType(reader);
      reader.skip(1);
    } else if (kind === EXTERNAL.TAG) {
      reader.skip(1);
      reader.skipNumber();
    } else reader.skipNumber();
    return kind === EXTERNAL.GLOBAL ? 1 : 0;
  }).reduce<number>((sum, one) => sum + one, 0);
}
