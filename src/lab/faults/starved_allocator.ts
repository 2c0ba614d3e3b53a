import type {
  AllocatorAudit,
  AllocatorHealth,
  GlobalFrameAllocator,
} from '../../mm/global_frame_allocator.ts';
import type { Layout } from '../../mm/layout.ts';
import type { Paddr } from '../../mm/page.ts';
import type { FaultInjector } from './fault_injector.ts';

/** An allocator from which the injector can keep memory: then it answers `null`, as one that has none. */
export class StarvedAllocator implements GlobalFrameAllocator {
  private readonly inner: GlobalFrameAllocator;
  private readonly injector: FaultInjector;

  constructor(inner: GlobalFrameAllocator, injector: FaultInjector) {
    this.inner = inner;
    this.injector = injector;
  }

  alloc(layout: Layout): Paddr | null {
    return this.injector.refuses() ? null : this.inner.alloc(layout);
  }

  dealloc(addr: Paddr, size: number): void {
    this.inner.dealloc(addr, size);
  }

  addFreeMemory(addr: Paddr, size: number): void {
    this.inner.addFreeMemory(addr, size);
  }

  freeSize(): number {
    return this.inner.freeSize!();
  }

  flush(): void {
    this.inner.flush?.();
  }

  audit(): AllocatorAudit {
    return this.inner.audit!();
  }

  health(): AllocatorHealth {
    return this.inner.health!();
  }
}
