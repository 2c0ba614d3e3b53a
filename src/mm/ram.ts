import { assertInstance, assertObject, assertWhole, shown } from '../platform/arguments.ts';
import { LabError } from '../platform/error.ts';
import { type FillMemory, fillMemory } from './fill_memory.ts';
import { hexRange, isPageAligned, PAGE_SIZE, type Paddr } from './page.ts';

/** A window's bytes: a `Uint8Array` of Node 20 has at most 2^32 - 1 elements, and no frame may straddle two windows. */
const WINDOW_BYTES = 2 ** 30;

/** What a machine's memory is made of. Both are cloneable, and both name the same bytes. */
export interface RamHandle {
  readonly ram: SharedArrayBuffer;
  /** The WebAssembly memory behind `ram`, if any: it fills memory 5 times faster. */
  readonly memory?: WebAssembly.Memory;
}

/**
 * The machine's RAM: one `SharedArrayBuffer`, addressed by physical address.
 *
 * Contents are reached through windows of 1 GiB, because a view cannot cover a large RAM.
 */
export class Ram {
  readonly buffer: SharedArrayBuffer;
  readonly memory: WebAssembly.Memory | null;
  /** Bytes of RAM; a multiple of `PAGE_SIZE`. */
  readonly size: number;
  private readonly windows: readonly Uint8Array[];
  private readonly doubles: readonly Float64Array[];
  private readonly fill: FillMemory | null;

  /**
   * @param size bytes; a multiple of `PAGE_SIZE`, and no more than the handle's memory has
   * @throws `InvalidArgs`
   */
  constructor(handle: RamHandle, size: number) {
    checkHandle(handle, size);
    this.buffer = handle.ram;
    this.memory = handle.memory ?? null;
    this.size = size;
    const windows: Uint8Array[] = [];
    const doubles: Float64Array[] = [];
    for (let start = 0; start < size; start += WINDOW_BYTES) {
      const bytes = Math.min(WINDOW_BYTES, size - start);
      windows.push(new Uint8Array(handle.ram, start, bytes));
      doubles.push(new Float64Array(handle.ram, start, bytes / 8));
    }
    this.windows = windows;
    this.doubles = doubles;
    this.fill = this.memory === null ? null : fillMemory(this.memory);
  }

  /**
   * Allocates the memory of a machine, lazily backed by the host.
   *
   * @param size bytes; a multiple of `PAGE_SIZE`
   * @throws `InvalidArgs` for any other size; `HostRefused` if the host does not grant the address space.
   */
  static allocate(size: number): RamHandle {
    if (!isPageAligned(size) || size === 0) {
      throw new LabError(
        'InvalidArgs',
        `RAM of ${shown(size)} bytes: must be a multiple of ${PAGE_SIZE} above 0`,
      );
    }
    // A shared WebAssembly.Memory ends at 4 GiB, in pages of 64 KiB.
    const wasmPages = Math.ceil(size / 65536);
    if (wasmPages <= 65536) {
      try {
        const memory = new WebAssembly.Memory({ initial: wasmPages, maximum: wasmPages, shared: true });
        return { ram: memory.buffer as unknown as SharedArrayBuffer, memory };
      } catch {
        // Each WebAssembly memory reserves guard pages: a host short of address space may still grant the bare buffer.
      }
    }
    try {
      return { ram: new SharedArrayBuffer(size) };
    } catch (cause) {
      throw new LabError(
        'HostRefused',
        `this host refuses a SharedArrayBuffer of ${size} bytes (${(size / 2 ** 30).toFixed(1)} GiB): choose a smaller machine, or raise the limit on address space`,
        { cause },
      );
    }
  }

  /** Fills frames, or parts of them in whole doubles, with zeros. @throws `OutOfBound` if they are not in RAM */
  zero(paddr: Paddr, size: number): void {
    const isWhole = Number.isSafeInteger(paddr) && Number.isSafeInteger(size) && ((paddr | size) & 7) === 0;
    if (!(isWhole && paddr >= 0 && size >= 0 && paddr + size <= this.size))
      refuse('whole doubles', paddr, size);
    if (this.fill !== null) {
      this.fill(paddr, size);
      return;
    }
    for (let start = paddr; start < paddr + size; ) {
      const window = Math.floor(start / WINDOW_BYTES);
      const end = Math.min(paddr + size, (window + 1) * WINDOW_BYTES);
      const offset = window * WINDOW_BYTES;
      this.doubles[window].fill(0, (start - offset) / 8, (end - offset) / 8);
      start = end;
    }
  }

  /**
   * A view of bytes that lie in one window; one frame always does.
   *
   * @throws `OutOfBound` if they do not lie in RAM or straddle two windows, and for numbers that are not whole.
   */
  bytes(paddr: Paddr, size: number): Uint8Array {
    if (!Number.isSafeInteger(paddr) || !Number.isSafeInteger(size)) refuse('bytes', paddr, size);
    const window = Math.floor(paddr / WINDOW_BYTES);
    const start = paddr - window * WINDOW_BYTES;
    if (!(paddr >= 0 && size >= 0 && paddr + size <= this.size && start + size <= WINDOW_BYTES)) {
      throw new LabError(
        'OutOfBound',
        `bytes ${hexRange({ start: paddr, end: paddr + size })} are not in one window of RAM`,
      );
    }
    return this.windows[window].subarray(start, start + size);
  }

  /** The window that holds the frame at `paddr`, and the frame's offset in it is `paddr % 2^30`. No view is made. */
  windowOf(paddr: Paddr): Uint8Array {
    if (!(typeof paddr === 'number' && paddr >= 0 && paddr < this.size)) refuse('a byte', paddr, 1);
    return this.windows[Math.floor(paddr / WINDOW_BYTES)];
  }

  /** Copies RAM to `target`. @throws as `bytes` does, and `InvalidArgs` for anything but an array of bytes */
  read(paddr: Paddr, target: Uint8Array): void {
    this.assertBytes(paddr, target);
    for (let done = 0; done < target.length; ) {
      const size = Math.min(target.length - done, WINDOW_BYTES - ((paddr + done) % WINDOW_BYTES));
      target.set(this.bytes(paddr + done, size), done);
      done += size;
    }
  }

  /** Copies `source` to RAM. @throws as `read` does; nothing is written then */
  write(paddr: Paddr, source: Uint8Array): void {
    this.assertBytes(paddr, source);
    for (let done = 0; done < source.length; ) {
      const size = Math.min(source.length - done, WINDOW_BYTES - ((paddr + done) % WINDOW_BYTES));
      this.bytes(paddr + done, size).set(source.subarray(done, done + size));
      done += size;
    }
  }

  private assertBytes(paddr: Paddr, bytes: Uint8Array): void {
    assertInstance(bytes, Uint8Array, 'bytes of RAM');
    if (!(Number.isSafeInteger(paddr) && paddr >= 0 && paddr + bytes.length <= this.size))
      refuse('bytes', paddr, bytes.length);
  }
}

function checkHandle(handle: RamHandle, size: number): void {
  assertObject(handle, 'handle of a RAM');
  assertInstance(handle.ram, SharedArrayBuffer, 'handle of a RAM: its ram');
  if (handle.memory !== undefined && handle.memory !== null)
    assertInstance(handle.memory, WebAssembly.Memory, 'handle of a RAM: its memory');
  assertWhole(size, 'bytes of RAM', 0, handle.ram.byteLength);
  if (!isPageAligned(size)) {
    throw new LabError('InvalidArgs', `RAM of ${size} bytes: must be a multiple of ${PAGE_SIZE}`);
  }
}

function refuse(what: string, paddr: Paddr, size: number): never {
  const isRange = typeof paddr === 'number' && typeof size === 'number';
  const given = isRange ? hexRange({ start: paddr, end: paddr + size }) : `${shown(size)} at ${shown(paddr)}`;
  throw new LabError('OutOfBound', `${given}: must be ${what} of RAM`);
}
