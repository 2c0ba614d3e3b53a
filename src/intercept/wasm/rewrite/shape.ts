/** What must be known of a module before its code can be rewritten. */
import { Reader, skipType, Unreadable } from './bytes.ts';

/** The numbers of sections (core specification, 5.5.2). */
export const SECTION = {
  CUSTOM: 0,
  TYPE: 1,
  IMPORT: 2,
  FUNCTION: 3,
  TABLE: 4,
  MEMORY: 5,
  GLOBAL: 6,
  EXPORT: 7,
  START: 8,
  ELEMENT: 9,
  CODE: 10,
  DATA: 11,
  DATA_COUNT: 12,
} as const;

/** What an import or export is, by its number. */
export const EXTERNAL = { FUNCTION: 0, TABLE: 1, MEMORY: 2, GLOBAL: 3, TAG: 4 } as const;

export interface Section {
  readonly id: number;
  /** Where its header begins; its content begins and ends. */
  readonly header: number;
  readonly start: number;
  readonly end: number;
}

export interface MemoryType {
  readonly shared: boolean;
  readonly is64: boolean;
  /** Where the module imports it from; undefined for one of its own. */
  readonly from: readonly [module: string, name: string] | undefined;
  /** Its type, as bytes. */
  readonly limits: Uint8Array;
}

export interface Shape {
  readonly bytes: Uint8Array;
  readonly sections: readonly Section[];
  /** How many types; and the parameters of each. */
  readonly parameters: readonly number[];
  readonly importedFunctions: number;
  /** The types of the module's own functions. */
  readonly functions: readonly number[];
  readonly memories: readonly MemoryType[];
  /** How many imports. */
  readonly imports: number;
}

/** Bits of a memory type's flags: it has a maximum, is shared, has 64-bit addresses, has a page size of its own. */
const HAS_MAXIMUM = 1;
const SHARED = 2;
const IS_64 = 4;
const HAS_PAGE_SIZE = 8;

/** @throws Unreadable for what the rewriter does not know */
export function shapeOf(bytes: Uint8Array): Shape {
  const reader = new Reader(bytes);
  const magic = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  if (!magic.every((byte) => byte === reader.byte())) throw new Unreadable('it is no WebAssembly module');
  const sections: Section[] = [];
  while (reader.more) {
    const header = reader.at;
    const id = reader.byte();
    const size = reader.u32();
    const start = reader.at;
    reader.skip(size);
    sections.push({ id, header, start, end: reader.at });
  }
  const read = (id: number): Reader | undefined => {
    const section = sections.find((one) => one.id === id);
    return section && new Reader(bytes, section.start, section.end);
  };
  const imported = readImports(read(SECTION.IMPORT));
  const types = read(SECTION.TYPE);
  const functions = read(SECTION.FUNCTION);
  const memories = read(SECTION.MEMORY);
  return {
    bytes,
    sections,
    parameters: types === undefined ? [] : list(types, readParameters),
    importedFunctions: imported.functions,
    functions: functions === undefined ? [] : list(functions, (at) => at.u32()),
    memories: [
      ...imported.memories,
      ...(memories === undefined ? [] : list(memories, (at) => readMemory(at))),
    ],
    imports: imported.count,
  };
}

export function list<Item>(reader: Reader, read: (reader: Reader) => Item): Item[] {
  const items: Item[] = [];
  for (let count = reader.u32(); count > 0; count--) items.push(read(reader));
  return items;
}

function readParameters(reader: Reader): number {
  if (reader.byte() !== 0x60) throw new Unreadable('it has types of garbage collection');
  const parameters = list(reader, skipType).length;
  list(reader, skipType);
  return parameters;
}

function readImports(reader: Reader | undefined): {
  functions: number;
  memories: MemoryType[];
  count: number;
} {
  let functions = 0;
  let count = 0;
  const memories: MemoryType[] = [];
  if (reader === undefined) return { functions, memories, count };
  for (let left = reader.u32(); left > 0; left--) {
    count++;
    const from = [reader.name(), reader.name()] as const;
    const kind = reader.byte();
    if (kind === EXTERNAL.FUNCTION) {
      functions++;
      reader.skipNumber();
    } else if (kind === EXTERNAL.MEMORY) memories.push(readMemory(reader, from));
    else if (kind === EXTERNAL.TABLE) {
      skipType(reader);
      skipLimits(reader);
    } else if (kind === EXTERNAL.GLOBAL) {
      skipType(reader);
      reader.skip(1);
    } else if (kind === EXTERNAL.TAG) {
      reader.skip(1);
      reader.skipNumber();
    } else throw new Unreadable(`it imports a thing of the unknown kind ${kind}`);
  }
  return { functions, memories, count };
}

function skipLimits(reader: Reader): number {
  const flags = reader.u32();
  if (flags > (HAS_MAXIMUM | SHARED | IS_64 | HAS_PAGE_SIZE))
    throw new Unreadable(`it has limits of the unknown kind ${flags}`);
  reader.skipNumber();
  if ((flags & HAS_MAXIMUM) !== 0) reader.skipNumber();
  if ((flags & HAS_PAGE_SIZE) !== 0) reader.skipNumber();
  return flags;
}

function readMemory(reader: Reader, from?: MemoryType['from']): MemoryType {
  const start = reader.at;
  const flags = skipLimits(reader);
  if ((flags & HAS_PAGE_SIZE) !== 0) throw new Unreadable('it has a memory with a page size of its own');
  const limits = reader.bytes.subarray(start, reader.at);
  return { shared: (flags & SHARED) !== 0, is64: (flags & IS_64) !== 0, from, limits };
}
