import type { Lock } from '#src/sync/lock.js';

/** A lock for one thread: it only checks that it is used in pairs. */
export class FakeLock implements Lock {
  readonly kind = 'fake';
  readonly name = 'fake';
  acquisitions = 0;
  private held = false;

  tryAcquire(): boolean {
    if (this.held) throw new Error('fake lock: relocked');
    this.held = true;
    this.acquisitions += 1;
    return true;
  }

  acquireSlow(): number {
    throw new Error('fake lock: contended by one thread');
  }

  acquire(): void {
    this.tryAcquire();
  }

  release(): void {
    if (!this.held) throw new Error('fake lock: not held');
    this.held = false;
  }

  owner(): number {
    return this.held ? 0 : -1;
  }
}
