import { shown } from '../platform/arguments.ts';
import { LabError } from '../platform/error.ts';
import type { Host } from '../platform/host.ts';
import type { Lock } from '../sync/lock.ts';
import { lockKind } from '../sync/registry.ts';
import type { CpuTable } from './cpu_table.ts';
import type { KernelLayout } from './kernel_region.ts';
import type { AttachOptions } from './machine_handle.ts';
import type { KernelRegion } from './power_on.ts';

/** The locks of a machine as one CPU sees them, in the order of the layout. */
export function openLocks(
  { words, cpus, config }: KernelRegion,
  layout: KernelLayout,
  cpu: number,
  cpuTable: CpuTable,
  host: Host,
  { lockTimeoutMs: timeoutMs, decorateLock, awaitRecovery = false }: AttachOptions,
): Lock[] {
  const kind = lockKind(config.lock);
  const watch = {
    checkStop: () => host.checkStop(),
    isDead: (other: number) => cpuTable.isDead(other),
    awaitsRecovery: awaitRecovery,
  };
  return layout.locks.map(({ name, at }) => {
    const lock = kind.create({ name, words, base: at, cpus, cpu, watch, timeoutMs });
    return decorateLock?.(lock) ?? lock;
  });
}

/** The lock of that name. @throws `InvalidArgs` */
export function lockNamed(locks: readonly Lock[], { locks: sites }: KernelLayout, name: string): Lock {
  const at = sites.findIndex((site) => site.name === name);
  if (at < 0) {
    const names = sites.map((site) => site.name).join(', ');
    throw new LabError('InvalidArgs', `no lock ${shown(name)}; the machine has ${names}`);
  }
  return locks[at];
}
