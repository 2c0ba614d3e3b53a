/** What a rewritten module calls: functions that are added to its imports, one for each operation and memory. */
import { atomicAccess, NOTIFY, WAIT_32, WAIT_64 } from './atomic.ts';
import type { Writer } from './bytes.ts';
import type { MemoryType } from './shape.ts';

export const NEED = { ATOMIC: 0, GROW: 1, READ: 2, WRITE: 3, COPY: 4, FILL: 5, INIT: 6 } as const;

/** Plain data, for it is kept in the module. */
export interface Need {
  /** One of `NEED`. */
  readonly kind: number;
  /** Of an atomic instruction, what stands behind the prefix. */
  readonly sub: number;
  readonly memory: number;
  /** The second memory of a copy. */
  readonly source: number;
}

export const I32 = 0x7f;
export const I64 = 0x7e;

interface Signature {
  readonly parameters: readonly number[];
  readonly results: readonly number[];
}

/** The needs of one module, by number. */
export class Needs {
  readonly all: Need[] = [];
  private readonly numbers = new Map<number, number>();
  private readonly memories: readonly MemoryType[];

  constructor(memories: readonly MemoryType[]) {
    this.memories = memories;
  }

  /** Its number, from 0; a new one where it is new. */
  number(kind: number, sub: number, memory: number, source = 0): number {
    const key = ((kind * 256 + sub) * 1024 + memory) * 1024 + source;
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.all.push({ kind, sub, memory, source }) - 1;
      this.numbers.set(key, number);
    }
    return number;
  }

  /** Their types, as entries of the section of types. */
  writeTypes(writer: Writer): void {
    for (const need of this.all) {
      const { parameters, results } = this.signature(need);
      writer.byte(0x60);
      writer.vector(Uint8Array.from(parameters));
      writer.vector(Uint8Array.from(results));
    }
  }

  /** The type of addresses in a memory. */
  address(memory: number): number {
    return this.memories[memory].is64 ? I64 : I32;
  }

  private signature({ kind, sub, memory, source }: Need): Signature {
    const address = this.address(memory);
    switch (kind) {
      case NEED.ATOMIC:
        return atomicSignature(sub, address);
      case NEED.GROW:
        return { parameters: [address], results: [address] };
      case NEED.READ:
      case NEED.WRITE:
        // Address, offset, bytes, site.
        return { parameters: [address, address, I32, I32], results: [address] };
      case NEED.COPY: {
        const from = this.address(source);
        return { parameters: [address, from, address === from ? address : I32, I32], results: [] };
      }
      case NEED.FILL:
        return { parameters: [address, address, I32], results: [] };
      default:
        return { parameters: [address, I32, I32], results: [] };
    }
  }
}

/** The operands as they lie on the stack, then the offset. */
function atomicSignature(sub: number, address: number): Signature {
  if (sub === NOTIFY) return { parameters: [address, I32, address], results: [I32] };
  if (sub === WAIT_32) return { parameters: [address, I32, I64, address], results: [I32] };
  if (sub === WAIT_64) return { parameters: [address, I64, I64, address], results: [I32] };
  const { method, is64 } = atomicAccess(sub);
  const value = is64 ? I64 : I32;
  if (method === 'load') return { parameters: [address, address], results: [value] };
  if (method === 'store') return { parameters: [address, value, address], results: [] };
  const operands = method === 'compareExchange' ? [value, value] : [value];
  return { parameters: [address, ...operands, address], results: [value] };
}
