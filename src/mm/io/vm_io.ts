import { assertInstance, assertWhole, shown } from '../../platform/arguments.ts';
import { LabError } from '../../platform/error.ts';
import type { Paddr } from '../page.ts';
import { assertFits, type PodKind, type PodValue, podOf } from './pod.ts';
import {
  type AtomicKind,
  atomicPod,
  exchangeOnce,
  loadOnce,
  storeOnce,
  type ViewableSpace,
} from './single_access.ts';

/** Memory that readers and writers move bytes to and from, by address. `Ram` is one. */
export interface ByteSpace extends Partial<ViewableSpace> {
  /** Fills `target` from `address` on. */
  read(address: number, target: Uint8Array): void;
  /** Stores `source` from `address` on. */
  write(address: number, source: Uint8Array): void;
}

/** The owner of the bytes that a reader or writer borrows: both end with it. */
export interface Borrowed {
  /** False once the handle was dropped or moved. */
  readonly isLive: boolean;
}

/** Bytes that go through a small copy at once when both sides are RAM. */
const COPY_BYTES = 4096;

/** One end of a transfer: a cursor over a range of bytes. */
abstract class VmCursor {
  protected readonly space: ByteSpace;
  protected cursor: number;
  protected end: number;
  private readonly owner: Borrowed | null;

  constructor(space: ByteSpace, address: Paddr, size: number, owner: Borrowed | null) {
    if (typeof space?.read !== 'function' || typeof space.write !== 'function') {
      throw new LabError(
        'InvalidArgs',
        `memory of a reader or writer: ${shown(space)} has no read and write`,
      );
    }
    if (!(Number.isSafeInteger(address) && Number.isSafeInteger(size) && address >= 0 && size >= 0)) {
      assertWhole(address, 'address of a reader or writer');
      assertWhole(size, 'bytes of a reader or writer');
    }
    this.space = space;
    this.cursor = address;
    this.end = address + size;
    this.owner = owner;
  }

  /** Leaves at most `max` bytes. @throws `InvalidArgs` unless that is a whole number from 0 */
  limit(max: number): this {
    assertWhole(max, 'limit');
    this.end = Math.min(this.end, this.cursor + max);
    return this;
  }

  /** @throws `OutOfBound` if fewer than `bytes` are left. */
  skip(bytes: number): this {
    if (!Number.isSafeInteger(bytes) || bytes < 0 || bytes > this.left) {
      throw new LabError(
        'OutOfBound',
        `skip of ${shown(bytes)} bytes: must be whole and from 0 to the ${this.left} left`,
      );
    }
    this.cursor += bytes;
    return this;
  }

  protected get left(): number {
    return this.end - this.cursor;
  }

  protected assertLive(): void {
    if (this.owner !== null && !this.owner.isLive) {
      throw new LabError('UseAfterDrop', 'the memory of this reader or writer was dropped or moved');
    }
  }

  /** @throws `InvalidArgs` if fewer than `size` bytes are left. */
  protected assertLeft(kind: PodKind, size: number): void {
    if (size > this.left) {
      throw new LabError('InvalidArgs', `a ${kind} needs ${size} bytes, ${this.left} are left`);
    }
  }
}

/** Reads a range of untyped memory from its beginning to its end. OSTD's `VmReader`. */
export class VmReader extends VmCursor {
  constructor(space: ByteSpace, address: Paddr, size: number, owner: Borrowed | null = null) {
    super(space, address, size, owner);
  }

  /** A reader of ordinary bytes. */
  static from(bytes: Uint8Array): VmReader {
    assertInstance(bytes, Uint8Array, 'bytes to read from');
    return new VmReader(new ByteSlice(bytes), 0, bytes.length);
  }

  /** Bytes that are left to read. */
  get remain(): number {
    return this.left;
  }

  get hasRemain(): boolean {
    return this.left > 0;
  }

  /**
   * Reads until this is used up, or `target` is full.
   *
   * @returns bytes read.
   * @throws `UseAfterDrop`; `InvalidArgs` for any other target
   */
  read(target: Uint8Array | VmWriter): number {
    this.assertLive();
    if (target instanceof VmWriter) return target.write(this);
    assertInstance(target, Uint8Array, 'target to read to');
    const size = Math.min(this.left, target.length);
    if (size === 0) return 0;
    this.space.read(this.cursor, size === target.length ? target : target.subarray(0, size));
    this.cursor += size;
    return size;
  }

  /** Reads one value. @throws `InvalidArgs` if too few bytes are left; nothing is read then. */
  readVal<K extends PodKind>(kind: K): PodValue<K> {
    const pod = podOf(kind);
    this.assertLeft(kind, pod.size);
    const bytes = new Uint8Array(pod.size);
    this.read(bytes);
    return pod.get(new DataView(bytes.buffer), 0) as PodValue<K>;
  }

  /**
   * Reads one value by a single access: no other thread's write is seen half done. OSTD's `read_once`.
   *
   * @throws `InvalidArgs` if too few bytes are left, or if it is not aligned; nothing is read then
   */
  readOnce<K extends PodKind>(kind: K): PodValue<K> {
    const { size } = podOf(kind);
    this.assertLeft(kind, size);
    this.assertLive();
    const value = loadOnce(this.space, this.cursor, kind);
    this.cursor += size;
    return value;
  }

  /** Reads the next value atomically, and stays where it is. OSTD's `atomic_load`. @throws as `readOnce` does */
  atomicLoad<K extends AtomicKind>(kind: K): PodValue<K> {
    this.assertLeft(kind, atomicPod(kind).size);
    this.assertLive();
    return loadOnce(this.space, this.cursor, kind);
  }

  /** Reads all that is left. */
  collect(): Uint8Array {
    const bytes = new Uint8Array(this.left);
    this.read(bytes);
    return bytes;
  }
}

/** Writes a range of untyped memory from its beginning to its end. OSTD's `VmWriter`. */
export class VmWriter extends VmCursor {
  constructor(space: ByteSpace, address: Paddr, size: number, owner: Borrowed | null = null) {
    super(space, address, size, owner);
  }

  /** A writer to ordinary bytes. */
  static from(bytes: Uint8Array): VmWriter {
    assertInstance(bytes, Uint8Array, 'bytes to write to');
    return new VmWriter(new ByteSlice(bytes), 0, bytes.length);
  }

  /** Bytes that are left to write. */
  get avail(): number {
    return this.left;
  }

  get hasAvail(): boolean {
    return this.left > 0;
  }

  /**
   * Writes until `source` is used up, or this is full.
   *
   * @returns bytes written.
   * @throws `UseAfterDrop`; `InvalidArgs` for any other source
   */
  write(source: Uint8Array | VmReader): number {
    this.assertLive();
    if (source instanceof VmReader) return this.copyFrom(source);
    assertInstance(source, Uint8Array, 'source to write from');
    const size = Math.min(this.left, source.length);
    if (size === 0) return 0;
    this.space.write(this.cursor, size === source.length ? source : source.subarray(0, size));
    this.cursor += size;
    return size;
  }

  /** Writes one value. @throws `InvalidArgs` if it does not fit the kind or what is left; nothing is written then. */
  writeVal<K extends PodKind>(kind: K, value: PodValue<K>): void {
    const pod = podOf(kind);
    assertFits(pod, value, 'writeVal');
    this.assertLeft(kind, pod.size);
    const bytes = new Uint8Array(pod.size);
    pod.set(new DataView(bytes.buffer), 0, value);
    this.write(bytes);
  }

  /**
   * Writes one value by a single access: no other thread sees it half done. OSTD's `write_once`.
   *
   * @throws `InvalidArgs` if it does not fit the kind or what is left, or is not aligned; nothing is written then
   */
  writeOnce<K extends PodKind>(kind: K, value: PodValue<K>): void {
    const { size } = podOf(kind);
    this.assertLeft(kind, size);
    this.assertLive();
    storeOnce(this.space, this.cursor, kind, value);
    this.cursor += size;
  }

  /**
   * Replaces the next value if it is `expected`, atomically, and stays where it is. OSTD's `atomic_compare_exchange`.
   *
   * @returns what was there
   * @throws as `writeOnce` does
   */
  atomicCompareExchange<K extends AtomicKind>(
    kind: K,
    expected: PodValue<K>,
    replacement: PodValue<K>,
  ): PodValue<K> {
    this.assertLeft(kind, atomicPod(kind).size);
    this.assertLive();
    return exchangeOnce(this.space, this.cursor, kind, expected, replacement);
  }

  /** Fills what is left with one byte. @returns bytes written. */
  fill(byte: number): number {
    assertFits(podOf('u8'), byte, 'fill');
    return this.fillBytes(byte, this.left);
  }

  /**
   * Writes at most `size` zeros.
   *
   * @returns bytes written: less than `size` if less is left.
   * @throws `UseAfterDrop`; `InvalidArgs` unless that is a whole number from 0
   */
  fillZeros(size: number): number {
    assertWhole(size, 'fillZeros');
    return this.fillBytes(0, Math.min(size, this.left));
  }

  private fillBytes(byte: number, size: number): number {
    this.assertLive();
    const bytes = new Uint8Array(Math.min(size, COPY_BYTES)).fill(byte);
    let done = 0;
    while (done < size)
      done += this.write(size - done < bytes.length ? bytes.subarray(0, size - done) : bytes);
    return done;
  }

  private copyFrom(source: VmReader): number {
    const size = Math.min(this.left, source.remain);
    const bytes = new Uint8Array(Math.min(size, COPY_BYTES));
    for (let done = 0; done < size; ) {
      const chunk = size - done < bytes.length ? bytes.subarray(0, size - done) : bytes;
      source.read(chunk);
      done += this.write(chunk);
    }
    return size;
  }
}

/** Ordinary bytes, addressed from 0. */
class ByteSlice implements ByteSpace {
  private readonly bytesOf: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytesOf = bytes;
  }

  bytes(address: number, size: number): Uint8Array {
    return this.bytesOf.subarray(address, address + size);
  }

  read(address: number, target: Uint8Array): void {
    target.set(this.bytesOf.subarray(address, address + target.length));
  }

  write(address: number, source: Uint8Array): void {
    this.bytesOf.set(source, address);
  }
}
