import type { Machine } from '../../machine/machine.ts';
import { CPU_DEAD } from '../../mm/cpu_state.ts';
import { wholeLines } from '../../platform/struct.ts';
import type { Lock } from '../../sync/lock.ts';
import { lockKind } from '../../sync/registry.ts';

/** The locks of a workload's own, in memory that its workers share; it can be cloned. */
export interface WorkloadLocks {
  readonly names: readonly string[];
  /** The kind of all locks of the run. */
  readonly kind: string;
  readonly buffer: SharedArrayBuffer;
}

/** Memory for locks of those names. */
export function allocateWorkloadLocks(names: readonly string[], kind: string, cpus: number): WorkloadLocks {
  const words = names.length * wholeLines(lockKind(kind).words(cpus));
  return { names, kind, buffer: new SharedArrayBuffer(words * 4) };
}

/**
 * The locks as the machine's CPU sees them; an observer may only ask for their owners.
 *
 * @param awaitsRecovery who waits for a dead CPU's lock goes on to wait
 */
export function openWorkloadLocks(
  { names, kind, buffer }: WorkloadLocks,
  machine: Pick<Machine, 'cpus' | 'cpu' | 'host' | 'cpuState'>,
  decorate: (lock: Lock) => Lock = (lock) => lock,
  awaitsRecovery = false,
): Lock[] {
  const type = lockKind(kind);
  const { cpus, cpu, host } = machine;
  const words = new Int32Array(buffer);
  const stride = wholeLines(type.words(cpus));
  const watch = {
    checkStop: () => host.checkStop(),
    isDead: (other: number) => machine.cpuState(other) === CPU_DEAD,
    awaitsRecovery,
  };
  return names.map((name, i) => {
    // The watchdog decides how long others may take, as with the machine's locks.
    const timeoutMs = Number.POSITIVE_INFINITY;
    return decorate(type.create({ name, words, base: i * stride, cpus, cpu, watch, timeoutMs }));
  });
}
