import type { Host } from '../../platform/host.ts';
import type { CallSite, Lock } from '../../sync/lock.ts';
import { patiently } from './patience.ts';

/** A lock of a run that recovers: who meets a dead holder waits until the lock was broken, rather than giving up. */
export class PatientLock implements Lock {
  readonly kind: string;
  readonly name: string;
  private readonly inner: Lock;
  private readonly host: Host;

  constructor(inner: Lock, host: Host) {
    this.kind = inner.kind;
    this.name = inner.name;
    this.inner = inner;
    this.host = host;
  }

  get parks(): number {
    return this.inner.parks ?? 0;
  }

  tryAcquire(site?: CallSite): boolean {
    return this.inner.tryAcquire(site);
  }

  acquireSlow(site: CallSite): number {
    return patiently(this.host, () => this.inner.acquireSlow(site));
  }

  acquire(site: CallSite = 0): void {
    if (!this.tryAcquire(site)) this.acquireSlow(site);
  }

  release(): void {
    this.inner.release();
  }

  owner(): number {
    return this.inner.owner();
  }
}
