import { assertInstance, shown } from '../../platform/arguments.ts';
import { LabError } from '../../platform/error.ts';
import type { PodKind, PodValue } from './pod.ts';
import type { AtomicKind } from './single_access.ts';
import type { VmReader, VmWriter } from './vm_io.ts';

/**
 * Memory that can be read and written by offset, as long as its frames are untyped. All or nothing: a range
 * that does not fit throws before anything is moved. OSTD's `UntypedMem` and `VmIo`.
 */
export abstract class UntypedMemory {
  /** Bytes. */
  abstract readonly size: number;

  /** A reader of all of it. @throws `MetaTypeMismatch` if it is not untyped. */
  abstract reader(): VmReader;

  /** A writer to all of it. @throws `MetaTypeMismatch` if it is not untyped. */
  abstract writer(): VmWriter;

  /** Fills `target` from `offset` on. @throws `InvalidArgs` if it has fewer bytes. */
  readBytes(offset: number, target: Uint8Array): void {
    assertInstance(target, Uint8Array, 'readBytes: its target');
    this.assertInside(offset, target.length);
    this.reader().skip(offset).read(target);
  }

  /** Stores `source` from `offset` on. @throws `InvalidArgs` if it does not fit. */
  writeBytes(offset: number, source: Uint8Array): void {
    assertInstance(source, Uint8Array, 'writeBytes: its source');
    this.assertInside(offset, source.length);
    this.writer().skip(offset).write(source);
  }

  /** Reads one value at `offset`. @throws `InvalidArgs` if it is not inside. */
  readVal<K extends PodKind>(offset: number, kind: K): PodValue<K> {
    this.assertInside(offset, 0);
    return this.reader().skip(offset).readVal(kind);
  }

  /** Writes one value at `offset`. @throws `InvalidArgs` if it is not inside, or does not fit its kind. */
  writeVal<K extends PodKind>(offset: number, kind: K, value: PodValue<K>): void {
    this.assertInside(offset, 0);
    this.writer().skip(offset).writeVal(kind, value);
  }

  /**
   * Fills a typed array from `offset` on: values of its own type, as they lie in memory. OSTD's `read_slice`.
   *
   * @throws `InvalidArgs` if there are fewer bytes, and for anything but a typed array
   */
  readSlice(offset: number, target: ArrayBufferView): void {
    this.readBytes(offset, bytesOf(target, 'readSlice: its target'));
  }

  /** Stores a typed array from `offset` on. OSTD's `write_slice`. @throws as `readSlice` does */
  writeSlice(offset: number, source: ArrayBufferView): void {
    this.writeBytes(offset, bytesOf(source, 'writeSlice: its source'));
  }

  /** Zeroes `size` bytes from `offset` on. OSTD's `fill_zeros`. @throws `InvalidArgs` if it has fewer bytes */
  fillZeros(offset: number, size: number): void {
    this.assertInside(offset, size);
    this.writer().skip(offset).fillZeros(size);
  }

  /** Reads one value at `offset` by a single access. @throws `InvalidArgs` if it is not inside, or not aligned */
  readOnce<K extends PodKind>(offset: number, kind: K): PodValue<K> {
    this.assertInside(offset, 0);
    return this.reader().skip(offset).readOnce(kind);
  }

  /** Writes one value at `offset` by a single access. @throws as `readOnce` does, and if it does not fit its kind */
  writeOnce<K extends PodKind>(offset: number, kind: K, value: PodValue<K>): void {
    this.assertInside(offset, 0);
    this.writer().skip(offset).writeOnce(kind, value);
  }

  /** Reads the value at `offset` atomically. @throws as `readOnce` does */
  atomicLoad<K extends AtomicKind>(offset: number, kind: K): PodValue<K> {
    this.assertInside(offset, 0);
    return this.reader().skip(offset).atomicLoad(kind);
  }

  /**
   * Replaces the value at `offset` if it is `expected`, atomically.
   *
   * @returns what was there
   * @throws as `writeOnce` does
   */
  atomicCompareExchange<K extends AtomicKind>(
    offset: number,
    kind: K,
    expected: PodValue<K>,
    replacement: PodValue<K>,
  ): PodValue<K> {
    this.assertInside(offset, 0);
    return this.writer().skip(offset).atomicCompareExchange(kind, expected, replacement);
  }

  private assertInside(offset: number, size: number): void {
    if (!Number.isSafeInteger(offset) || offset < 0 || offset + size > this.size) {
      throw new LabError(
        'InvalidArgs',
        `${size} bytes at offset ${shown(offset)}: must lie in 0..${this.size}`,
      );
    }
  }
}

function bytesOf(array: ArrayBufferView, what: string): Uint8Array {
  if (!ArrayBuffer.isView(array)) {
    throw new LabError('InvalidArgs', `${what}: must be a typed array, is ${shown(array)}`);
  }
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
