import { assertFunction, assertObject, shown } from '../platform/arguments.ts';
import { LabError } from '../platform/error.ts';
import type { Lock, LockKind, LockSite } from './lock.ts';

/** CPUs that a lock can serve if its kind sets no bound. */
export const LOCK_CPUS_MAX = 0x3fff_fffe;

/**
 * Makes one CPU's view of a lock, or an observer's.
 *
 * Every kind's `create` goes through here, so that no algorithm checks its site itself.
 *
 * @throws `InvalidArgs` if the CPU is not one of the lock's, or the lock does not fit its memory.
 */
export function lockView(kind: LockKind, site: LockSite, make: new (site: LockSite) => Lock): Lock {
  checkSite(kind, site);
  return site.cpu < 0 ? new ObservedLock(new make({ ...site, cpu: 0 })) : new make(site);
}

function checkSite(kind: LockKind, site: LockSite): void {
  assertObject(site, `site of a lock (${kind.name})`);
  const { name, words, base, cpus, cpu, watch, timeoutMs } = site;
  const refuse = (message: string) => new LabError('InvalidArgs', `lock ${name} (${kind.name}): ${message}`);
  const cpusMax = kind.cpusMax ?? LOCK_CPUS_MAX;
  if (!(words instanceof Int32Array && words.buffer instanceof SharedArrayBuffer)) {
    throw refuse('its words must be an Int32Array on a SharedArrayBuffer');
  }
  if (!Number.isInteger(cpus) || cpus < 1 || cpus > cpusMax) {
    throw refuse(`it cannot serve ${shown(cpus)} CPUs; a whole number from 1 to ${cpusMax} is allowed`);
  }
  if (!Number.isInteger(cpu) || cpu < -1 || cpu >= cpus) {
    throw refuse(`no CPU ${shown(cpu)}; its CPUs are 0 to ${cpus - 1}, and -1 is an observer`);
  }
  const size = kind.words(cpus);
  if (!Number.isInteger(base) || base < 0 || base + size > words.length) {
    throw refuse(`it takes ${size} words from word ${shown(base)}; its memory has ${words.length}`);
  }
  if (timeoutMs !== undefined && !(typeof timeoutMs === 'number' && timeoutMs > 0)) {
    throw refuse(`a timeout of ${shown(timeoutMs)} ms; it must be positive`);
  }
  if (watch !== undefined) {
    assertFunction(watch?.checkStop, `lock ${name} (${kind.name}): checkStop of its watch`);
    assertFunction(watch?.isDead, `lock ${name} (${kind.name}): isDead of its watch`);
  }
}

/** An observer's view: it sees the owner and cannot take the lock. */
class ObservedLock implements Lock {
  readonly kind: string;
  readonly name: string;
  private readonly lock: Lock;

  constructor(lock: Lock) {
    this.kind = lock.kind;
    this.name = lock.name;
    this.lock = lock;
  }

  tryAcquire(): boolean {
    throw this.refuse();
  }

  acquireSlow(): number {
    throw this.refuse();
  }

  acquire(): void {
    throw this.refuse();
  }

  release(): void {
    throw this.refuse();
  }

  owner(): number {
    return this.lock.owner();
  }

  private refuse(): LabError {
    return new LabError('InvalidArgs', `an observer can neither take nor release lock ${this.name}`);
  }
}
