import { UntypedMemory } from '../io/untyped_memory.ts';
import type { VmReader, VmWriter } from '../io/vm_io.ts';
import type { Paddr } from '../page.ts';
import type { Frame } from './frame.ts';
import type { MetaFields, MetaValues, MetaView, NoFields } from './frame_meta.ts';

/**
 * A borrowed handle to a frame: it holds no reference of its own, and ends with the handle that it was borrowed
 * from. Everything throws `UseAfterDrop` after that. OSTD's `FrameRef`.
 */
export class FrameRef<F extends MetaFields = NoFields> extends UntypedMemory {
  private readonly frame: Frame<F>;

  /** @param frame the handle that is borrowed from; callers use `frame.borrow()` */
  constructor(frame: Frame<F>) {
    super();
    this.frame = frame;
  }

  get paddr(): Paddr {
    return this.frame.paddr;
  }

  get size(): number {
    return this.frame.size;
  }

  get mapLevel(): number {
    return this.frame.mapLevel;
  }

  get referenceCount(): number {
    return this.frame.referenceCount;
  }

  get isLive(): boolean {
    return this.frame.isLive;
  }

  meta(): Readonly<MetaValues<F>> & MetaView {
    return this.frame.meta();
  }

  dynMeta(): MetaView {
    return this.frame.dynMeta();
  }

  /** A handle of its own to the frame, with a reference of its own. */
  clone(): Frame<F> {
    return this.frame.clone();
  }

  reader(): VmReader {
    return this.frame.reader();
  }

  writer(): VmWriter {
    return this.frame.writer();
  }
}
