import { assertInstance, shown } from '../../platform/arguments.ts';
import { LabError } from '../../platform/error.ts';
import type { PodKind, PodValue } from './pod.ts';
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

  private assertInside(offset: number, size: number): void {
    if (!Number.isSafeInteger(offset) || offset < 0 || offset + size > this.size) {
      throw new LabError(
        'InvalidArgs',
        `${size} bytes at offset ${shown(offset)}: must lie in 0..${this.size}`,
      );
    }
  }
}
