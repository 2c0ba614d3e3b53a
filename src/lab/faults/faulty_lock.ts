import type { CallSite, Lock } from '../../sync/lock.ts';
import type { FaultInjector } from './fault_injector.ts';

/** A lock that a fault is aimed at: the injector strikes right after it was taken, or right before it is released. */
export class FaultyLock implements Lock {
  readonly kind: string;
  readonly name: string;
  private readonly inner: Lock;
  private readonly injector: FaultInjector;

  constructor(inner: Lock, injector: FaultInjector) {
    this.kind = inner.kind;
    this.name = inner.name;
    this.inner = inner;
    this.injector = injector;
  }

  get parks(): number {
    return this.inner.parks ?? 0;
  }

  tryAcquire(site?: CallSite): boolean {
    if (!this.inner.tryAcquire(site)) return false;
    this.injector.atLock(this.name, 'entering');
    return true;
  }

  acquireSlow(site: CallSite): number {
    const spins = this.inner.acquireSlow(site);
    this.injector.atLock(this.name, 'entering');
    return spins;
  }

  acquire(site: CallSite = 0): void {
    if (!this.tryAcquire(site)) this.acquireSlow(site);
  }

  release(): void {
    this.injector.atLock(this.name, 'leaving');
    this.inner.release();
  }

  owner(): number {
    return this.inner.owner();
  }
}
