import { LabError } from '../../platform/error.ts';
import type { CallSite, Lock } from '../../sync/lock.ts';

/** The longest wait, in milliseconds. */
const WAIT_MS_MAX = 200;
const NAP_MS = 0.1;

/**
 * A lock that is waited for only a short time: on the main thread, since its holder may have died too, and only that
 * thread can learn of it.
 */
export class BriefLock implements Lock {
  readonly kind: string;
  readonly name: string;
  /** Absent if the lock has none. */
  readonly recover?: () => boolean;
  private readonly inner: Lock;
  private readonly word = new Int32Array(new SharedArrayBuffer(4));

  constructor(inner: Lock) {
    this.kind = inner.kind;
    this.name = inner.name;
    this.inner = inner;
    if (inner.recover !== undefined) this.recover = () => inner.recover!();
  }

  tryAcquire(site?: CallSite): boolean {
    return this.inner.tryAcquire(site);
  }

  /** @throws `LockTimeout` */
  acquireSlow(site: CallSite): number {
    const endMs = performance.now() + WAIT_MS_MAX;
    for (let looks = 1; ; looks++) {
      if (this.inner.tryAcquire(site)) return looks;
      if (performance.now() >= endMs) {
        throw new LabError('LockTimeout', `lock ${this.name} was not free within ${WAIT_MS_MAX} ms`);
      }
      Atomics.wait(this.word, 0, 0, NAP_MS);
    }
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
