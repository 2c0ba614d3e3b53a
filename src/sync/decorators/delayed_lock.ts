import { nowNs } from '../../platform/clock.ts';
import type { CallSite, Lock } from '../lock.ts';

/**
 * Holds a lock for longer: every release first keeps the core busy for a given time. Shows how much a program
 * would suffer, or gain, if the critical section were longer or shorter.
 */
export class DelayedLock implements Lock {
  readonly kind: string;
  readonly name: string;
  private readonly inner: Lock;
  private readonly delayNs: number;
  private readonly cpu: number;
  readonly recover?: () => boolean;

  constructor(inner: Lock, delayNs: number, cpu: number) {
    this.kind = inner.kind;
    this.name = inner.name;
    this.inner = inner;
    this.delayNs = delayNs;
    this.cpu = cpu;
    this.recover = inner.recover?.bind(inner);
  }

  get parks(): number {
    return this.inner.parks ?? 0;
  }

  tryAcquire(site?: CallSite): boolean {
    return this.inner.tryAcquire(site);
  }

  acquireSlow(site: CallSite): number {
    return this.inner.acquireSlow(site);
  }

  acquire(site: CallSite = 0): void {
    this.inner.acquire(site);
  }

  release(): void {
    // No delay for a release that will be refused.
    if (this.inner.owner() === this.cpu) {
      const end = nowNs() + this.delayNs;
      while (nowNs() < end);
    }
    this.inner.release();
  }

  owner(): number {
    return this.inner.owner();
  }
}
