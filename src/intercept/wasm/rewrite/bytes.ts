/** Reading and writing the parts of a WebAssembly binary: bytes and LEB128 numbers (core specification, 5.2). */

/** A module that does not read as one, or holds what the rewriter does not know. Its message says what, by name. */
export class Unreadable extends Error {}

export class Reader {
  readonly bytes: Uint8Array;
  at: number;
  readonly end: number;

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  get more(): boolean {
    return this.at < this.end;
  }

  /** @throws Unreadable beyond the end */
  byte(): number {
    if (this.at >= this.end) throw new Unreadable('it ends in the middle of a part');
    return this.bytes[this.at++];
  }

  /** An unsigned number of up to 32 bits. */
  u32(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new Unreadable('a number is too long');
  }

  /** An unsigned number of up to 64 bits. */
  u64(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new Unreadable('a number is too long');
  }

  /** A signed number of up to 32 bits. */
  s32(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return shift < 25 && (byte & 0x40) !== 0 ? value | (-1 << (shift + 7)) : value;
    }
  }

  /** Passes a number of any kind. */
  skipNumber(): void {
    while (this.byte() >= 0x80);
  }

  skip(bytes: number): void {
    this.at += bytes;
    if (this.at > this.end) throw new Unreadable('it ends in the middle of a part');
  }

  /** A length and so many bytes. */
  vector(): Uint8Array {
    const length = this.u32();
    const start = this.at;
    this.skip(length);
    return this.bytes.subarray(start, this.at);
  }

  name(): string {
    return new TextDecoder().decode(this.vector());
  }
}

/** Passes a type, of a value or a block. */
export function skipType(reader: Reader): void {
  const byte = reader.bytes[reader.at];
  reader.skipNumber();
  // A reference with a heap type of its own.
  if (byte === 0x63 || byte === 0x64) reader.skipNumber();
}

export class Writer {
  private bytes: Uint8Array;
  length = 0;

  /** @param size bytes to begin with; it grows */
  constructor(size = 256) {
    this.bytes = new Uint8Array(size);
  }

  byte(value: number): void {
    this.room(1);
    this.bytes[this.length++] = value;
  }

  u32(value: number): void {
    while (value >= 0x80) {
      this.byte((value % 0x80) | 0x80);
      value = Math.floor(value / 0x80);
    }
    this.byte(value);
  }

  /** A signed number of 32 bits. */
  s32(value: number): void {
    for (;;) {
      const low = value & 0x7f;
      value >>= 7;
      if ((value === 0 && (low & 0x40) === 0) || (value === -1 && (low & 0x40) !== 0)) {
        this.byte(low);
        return;
      }
      this.byte(low | 0x80);
    }
  }

  /** A signed number of 64 bits. */
  s64(value: bigint): void {
    for (;;) {
      const low = Number(value & 0x7fn);
      value >>= 7n;
      if ((value === 0n && (low & 0x40) === 0) || (value === -1n && (low & 0x40) !== 0)) {
        this.byte(low);
        return;
      }
      this.byte(low | 0x80);
    }
  }

  append(source: Uint8Array, start = 0, end = source.length): void {
    this.room(end - start);
    // For a few bytes a loop beats two objects.
    if (end - start < 16) for (let i = start; i < end; i++) this.bytes[this.length++] = source[i];
    else {
      this.bytes.set(source.subarray(start, end), this.length);
      this.length += end - start;
    }
  }

  vector(source: Uint8Array): void {
    this.u32(source.length);
    this.append(source);
  }

  name(text: string): void {
    this.vector(new TextEncoder().encode(text));
  }

  /** What was written; valid until more is. */
  done(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  private room(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + more));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}
