/** What a scenario of a WebAssembly module must know of it. */
import { Reader, skipType } from '../../intercept/wasm/rewrite/bytes.ts';
import { Instruction, OP } from '../../intercept/wasm/rewrite/instruction.ts';
import { EXTERNAL, list, type MemoryType, SECTION, shapeOf } from '../../intercept/wasm/rewrite/shape.ts';

export interface ModuleFacts {
  /** The shared memory that it imports: from where, pages. */
  readonly memory: {
    readonly from: readonly [module: string, name: string];
    readonly initial: number;
    readonly maximum: number;
  };
  /** Variables of an instance that nobody outside can put back: it has mutable globals that it does not export. */
  readonly keepsState: boolean;
}

/** @throws TypeError for a module that does not import exactly one memory, a shared one */
export function moduleFacts(bytes: Uint8Array): ModuleFacts {
  const shape = shapeOf(bytes);
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
  const mutable = ownMutableGlobals(part(SECTION.GLOBAL));
  const exported = exportedGlobals(part(SECTION.EXPORT));
  const imported = importedGlobals(part(SECTION.IMPORT));
  return {
    memory: { from: memory.from, initial: limits.u32(), maximum: limits.u32() },
    keepsState: mutable.some((isMutable, i) => isMutable && !exported.has(i + imported)),
  };
}

function whatMemory(memories: readonly MemoryType[]): string {
  if (memories.length === 0) return 'has no memory';
  if (memories.length > 1) return 'has several memories';
  const [{ from, shared, is64 }] = memories;
  if (is64) return 'has a memory of 64-bit addresses';
  return from === undefined ? 'has a memory of its own' : shared ? '' : 'imports a memory that is not shared';
}

function ownMutableGlobals(reader: Reader | undefined): boolean[] {
  if (reader === undefined) return [];
  const instruction = new Instruction(reader, []);
  return list(reader, () => {
    skipType(reader);
    const isMutable = reader.byte() === 1;
    do instruction.next();
    while (instruction.opcode !== OP.END);
    return isMutable;
  });
}

function exportedGlobals(reader: Reader | undefined): Set<number> {
  const found = new Set<number>();
  if (reader === undefined) return found;
  list(reader, () => {
    reader.vector();
    const kind = reader.byte();
    const index = reader.u32();
    if (kind === EXTERNAL.GLOBAL) found.add(index);
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
