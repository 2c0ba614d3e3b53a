import type { WasmMemory } from './namespace.ts';
import { traps } from './traps.ts';

/** An address or offset: a number of 32 bits, signed, or of 64. */
export type Address = number | bigint;

/** A Uint8Array of Node.js 20 has no more elements. */
const BYTES_MAX = 2 ** 32 - 1;

/** A shared memory as an instance uses it: views of its present buffer, for a grown memory has another one. */
export class LinkedMemory {
  readonly memory: WasmMemory;
  buffer!: SharedArrayBuffer;
  u8!: Uint8Array;
  u16!: Uint16Array;
  i32!: Int32Array;
  u32!: Uint32Array;
  i64!: BigInt64Array;
  private bytes = 0;

  private readonly maximumBytes: number;

  /** @param maximumBytes what its type allows */
  constructor(memory: WasmMemory, maximumBytes: number) {
    this.memory = memory;
    this.maximumBytes = maximumBytes;
    this.look();
  }

  /** Where an access begins, as an index of elements of so many bytes. Traps as the instruction does. */
  index(address: Address, offset: Address, bytes: number): number {
    const at = unsigned(address) + unsigned(offset);
    if (!this.holds(at, bytes)) this.trapOutside(address, offset, bytes);
    if (at % bytes !== 0) traps().unaligned();
    return at / bytes;
  }

  private trapOutside(address: Address, offset: Address, bytes: number): void {
    const low = Number(BigInt.asUintN(3, BigInt(address) + BigInt(offset)));
    // An offset that is outside whatever the address is known to be so when the module is compiled.
    const always = unsigned(offset) + bytes > this.maximumBytes;
    if (low % bytes !== 0 && !always) traps().both();
    traps().outOfBounds();
  }

  /** Does this part lie inside? */
  holds(at: number, bytes: number): boolean {
    if (at + bytes <= this.bytes) return true;
    this.look();
    return at + bytes <= this.bytes;
  }

  private look(): void {
    const buffer = this.memory.buffer as SharedArrayBuffer;
    if (buffer === this.buffer) return;
    this.buffer = buffer;
    this.bytes = buffer.byteLength;
    this.u8 = new Uint8Array(buffer, 0, Math.min(this.bytes, BYTES_MAX));
    this.u16 = new Uint16Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.i64 = new BigInt64Array(buffer);
  }
}

/** As what it means: addresses have no sign. Beyond 2^53 it is not exact, and far outside every memory. */
export function unsigned(address: Address): number {
  return typeof address === 'number' ? address >>> 0 : Number(BigInt.asUintN(64, address));
}
