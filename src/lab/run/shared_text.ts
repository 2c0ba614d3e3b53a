const BYTES = 2048;

/**
 * A short text that one thread writes and another reads, in shared memory: unlike a message, it arrives even if its
 * writer ends right after.
 */
export class SharedText {
  readonly buffer: SharedArrayBuffer;
  private readonly length: Int32Array;
  private readonly bytes: Uint8Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(4 + BYTES)) {
    this.buffer = buffer;
    this.length = new Int32Array(buffer, 0, 1);
    this.bytes = new Uint8Array(buffer, 4);
  }

  write(text: string): void {
    // A character takes three bytes at most.
    const encoded = new TextEncoder().encode(text.slice(0, Math.floor(BYTES / 3)));
    // A reader in between finds an empty text rather than a mixture.
    Atomics.store(this.length, 0, 0);
    this.bytes.set(encoded);
    Atomics.store(this.length, 0, encoded.length);
  }

  /** Empty if nothing was written. */
  read(): string {
    const length = Atomics.load(this.length, 0);
    return new TextDecoder().decode(this.bytes.slice(0, length));
  }
}
