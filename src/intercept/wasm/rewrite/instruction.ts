/**
 * Instructions of the core specification 2.0 with threads, SIMD (relaxed too), tail calls, both kinds of exceptions, typed
 * function references, several memories and 64-bit addresses. What is not known is refused by its number.
 */
import { type Reader, skipType, Unreadable } from './bytes.ts';
import type { MemoryType } from './shape.ts';

export const OP = {
  BLOCK: 0x02,
  TRY_TABLE: 0x1f,
  END: 0x0b,
  CALL: 0x10,
  RETURN_CALL: 0x12,
  LOCAL_GET: 0x20,
  LOCAL_SET: 0x21,
  /** The first and last of those that load a number, and of those that store one. */
  LOAD: 0x28,
  LOAD_LAST: 0x35,
  STORE: 0x36,
  STORE_LAST: 0x3e,
  MEMORY_SIZE: 0x3f,
  MEMORY_GROW: 0x40,
  I32_CONST: 0x41,
  I64_CONST: 0x42,
  REF_FUNC: 0xd2,
  GC: 0xfb,
  BULK: 0xfc,
  SIMD: 0xfd,
  ATOMIC: 0xfe,
} as const;

/** Those with the prefix 0xFC that touch memory. */
export const BULK = { INIT: 8, COPY: 10, FILL: 11 } as const;

/** How the operands that are part of an instruction are read. */
type Immediates = 'none' | 'number' | 'two' | 'block' | 'type' | 'memory' | 'index' | 'special';

function immediatesOf(opcode: number): Immediates | undefined {
  if (opcode <= 0x01 || opcode === 0x05 || opcode === 0x0a || opcode === 0x0b || opcode === 0x0f)
    return 'none';
  if ((opcode >= 0x02 && opcode <= 0x04) || opcode === 0x06) return 'block';
  if (opcode >= 0x07 && opcode <= 0x0d) return 'number';
  if (opcode === 0x10 || opcode === 0x12 || opcode === 0x14 || opcode === 0x15 || opcode === 0x18)
    return 'number';
  if (opcode === 0x11 || opcode === 0x13) return 'two';
  if (opcode >= 0x19 && opcode <= 0x1b) return 'none';
  if (opcode >= 0x20 && opcode <= 0x26) return 'number';
  if (opcode >= OP.LOAD && opcode <= OP.STORE_LAST) return 'memory';
  if (opcode === OP.MEMORY_SIZE || opcode === OP.MEMORY_GROW) return 'index';
  if (opcode === OP.I32_CONST || opcode === OP.I64_CONST) return 'number';
  if (opcode >= 0x45 && opcode <= 0xc4) return 'none';
  if (opcode === 0xd0) return 'type';
  if (opcode === 0xd1 || opcode === 0xd3 || opcode === 0xd4) return 'none';
  if (opcode === OP.REF_FUNC || opcode === 0xd5 || opcode === 0xd6) return 'number';
  if ([0x0e, 0x1c, OP.TRY_TABLE, 0x43, 0x44, OP.BULK, OP.SIMD, OP.ATOMIC].includes(opcode)) return 'special';
  return undefined;
}

const IMMEDIATES: readonly (Immediates | undefined)[] = Array.from({ length: 256 }, (_, opcode) =>
  immediatesOf(opcode),
);

/** The alignment's bit that says that the number of a memory follows (several memories). */
const HAS_MEMORY = 0x40;

/** Reads instructions one after the other; its fields are those of the last one that was read. */
export class Instruction {
  /** Where it begins and ends; `end` is excluded. */
  start = 0;
  end = 0;
  opcode = 0;
  /** Behind a prefix. */
  sub = 0;
  /** Its number, where it has one: a function, a local. */
  index = 0;
  /** The memory it touches; a second one, of memory.copy (the source). */
  memory = 0;
  source = 0;
  /** Binary logarithm. */
  align = 0;
  offset = 0n;
  private readonly reader: Reader;
  private readonly memories: readonly MemoryType[];

  constructor(reader: Reader, memories: readonly MemoryType[]) {
    this.reader = reader;
    this.memories = memories;
  }

  /** @throws Unreadable for an instruction that is not known */
  next(): void {
    const { reader } = this;
    this.start = reader.at;
    this.opcode = reader.byte();
    switch (IMMEDIATES[this.opcode]) {
      case 'none':
        break;
      case 'number':
        this.index = this.opcode === OP.CALL || this.opcode === OP.RETURN_CALL ? reader.u32() : this.passed();
        break;
      case 'two':
        reader.skipNumber();
        reader.skipNumber();
        break;
      case 'block':
      case 'type':
        skipType(reader);
        break;
      case 'memory':
        this.access();
        break;
      case 'index':
        this.memory = reader.u32();
        break;
      case 'special':
        this.special();
        break;
      default:
        throw new Unreadable(unknown(this.opcode));
    }
    this.end = reader.at;
  }

  /** The number at hand, where its value matters only for a function's reference. */
  private passed(): number {
    if (this.opcode === OP.REF_FUNC) return this.reader.u32();
    this.reader.skipNumber();
    return 0;
  }

  /** Alignment, memory, offset. */
  private access(): void {
    const { reader } = this;
    const flags = reader.u32();
    this.align = flags & ~HAS_MEMORY;
    this.memory = (flags & HAS_MEMORY) === 0 ? 0 : reader.u32();
    this.offset = this.memories[this.memory]?.is64 ? reader.u64() : BigInt(reader.u32());
  }

  private special(): void {
    const { reader } = this;
    switch (this.opcode) {
      case 0x0e:
        for (let count = reader.u32(); count >= 0; count--) reader.skipNumber();
        break;
      case 0x1c:
        for (let count = reader.u32(); count > 0; count--) skipType(reader);
        break;
      case OP.TRY_TABLE:
        this.catches();
        break;
      case 0x43:
        reader.skip(4);
        break;
      case 0x44:
        reader.skip(8);
        break;
      case OP.BULK:
        this.bulk();
        break;
      case OP.SIMD:
        this.simd();
        break;
      default:
        this.atomic();
    }
  }

  private catches(): void {
    const { reader } = this;
    skipType(reader);
    for (let count = reader.u32(); count > 0; count--) {
      if (reader.byte() < 2) reader.skipNumber();
      reader.skipNumber();
    }
  }

  private bulk(): void {
    const { reader } = this;
    this.sub = reader.u32();
    if (this.sub === BULK.INIT) {
      this.index = reader.u32();
      this.memory = reader.u32();
    } else if (this.sub === BULK.COPY) {
      this.memory = reader.u32();
      this.source = reader.u32();
    } else if (this.sub === BULK.FILL) {
      this.memory = reader.u32();
    } else if (this.sub === 9 || this.sub === 13 || (this.sub >= 15 && this.sub <= 17)) {
      reader.skipNumber();
    } else if (this.sub === 12 || this.sub === 14) {
      reader.skipNumber();
      reader.skipNumber();
    } else if (this.sub > 7) {
      throw new Unreadable(unknown(this.opcode, this.sub));
    }
  }

  private simd(): void {
    const { reader } = this;
    const sub = reader.u32();
    this.sub = sub;
    if (sub <= 11 || sub === 92 || sub === 93) this.access();
    else if (sub === 12 || sub === 13) reader.skip(16);
    else if (sub >= 21 && sub <= 34) reader.skip(1);
    else if (sub >= 84 && sub <= 91) {
      this.access();
      reader.skip(1);
    } else if (sub > 0x113) throw new Unreadable(unknown(this.opcode, sub));
  }

  private atomic(): void {
    const { reader } = this;
    this.sub = reader.u32();
    if (this.sub === 3) reader.skip(1);
    else if (this.sub <= 2 || (this.sub >= 0x10 && this.sub <= 0x4e)) this.access();
    else throw new Unreadable(unknown(this.opcode, this.sub));
  }
}

function unknown(opcode: number, sub?: number): string {
  const name = opcode === OP.GC ? 'of garbage collection ' : '';
  const number = `0x${opcode.toString(16)}${sub === undefined ? '' : ` 0x${sub.toString(16)}`}`;
  return `it has an instruction ${name}(${number}) that is not known here`;
}
