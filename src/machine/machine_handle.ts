import type { GlobalFrameAllocator } from '../mm/global_frame_allocator.ts';
import type { RamHandle } from '../mm/ram.ts';
import {
  assertDuration,
  assertFunctionOrNone,
  assertInstance,
  assertObject,
  shown,
} from '../platform/arguments.ts';
import { LabError } from '../platform/error.ts';
import { Host } from '../platform/host.ts';
import type { Logger } from '../platform/log.ts';
import type { Lock } from '../sync/lock.ts';
import type { Machine } from './machine.ts';

/** A machine on its way to another thread: everything in it can be cloned. */
export interface MachineHandle extends RamHandle {
  /** The host's control memory, if any. */
  readonly host?: SharedArrayBuffer;
}

export interface AttachOptions {
  /** Wraps each lock that this CPU uses: statistics, checks, delays. */
  decorateLock?(lock: Lock): Lock;
  /** Wraps the allocator that this CPU uses: the oracle. */
  decorateAllocator?(allocator: GlobalFrameAllocator, machine: Machine): GlobalFrameAllocator;
  /** The longest wait for a lock, in milliseconds: 10 s unless given. Infinity if a watchdog ends it. */
  lockTimeoutMs?: number;
  /**
   * True: a wait for a lock whose holder's thread died goes on until another thread has called `recover`, and ends by
   * `lockTimeoutMs` at the latest. Otherwise it throws `OwnerDied`.
   */
  awaitRecovery?: boolean;
  /** Where the boot reports its steps; by default to stderr, at the level in `FRAMELAB_LOG`. */
  log?: Logger;
}

/** What a thread can attach to: a handle, or the bare RAM. */
export type Attachable = MachineHandle | SharedArrayBuffer;

/** A handle as callers give it. @throws `InvalidArgs` for what is neither a handle nor a SharedArrayBuffer */
export function asHandle(handle: Attachable): MachineHandle {
  if (handle instanceof SharedArrayBuffer) return { ram: handle };
  assertObject(handle, 'handle of a machine');
  return handle;
}

/** @throws `InvalidArgs` */
export function assertAttachOptions(options: AttachOptions): void {
  assertObject(options, 'options of a machine');
  assertFunctionOrNone(options.decorateLock, 'option decorateLock');
  assertFunctionOrNone(options.decorateAllocator, 'option decorateAllocator');
  if (options.lockTimeoutMs !== undefined) assertDuration(options.lockTimeoutMs, 'option lockTimeoutMs');
  if (options.awaitRecovery !== undefined && typeof options.awaitRecovery !== 'boolean') {
    throw new LabError(
      'InvalidArgs',
      `option awaitRecovery ${shown(options.awaitRecovery)}: must be true or false`,
    );
  }
  if (options.log === undefined) return;
  assertObject(options.log, 'option log');
  assertFunctionOrNone(options.log.info, 'option log: its info');
  assertFunctionOrNone(options.log.debug, 'option log: its debug');
}

/**
 * The host that a handle names, or one of this thread's own.
 *
 * @throws `InvalidArgs` if its memory is not that of a host for so many CPUs
 */
export function hostOf(handle: MachineHandle, cpus: number): Host {
  if (handle.host === undefined) return Host.create(cpus);
  assertInstance(handle.host, SharedArrayBuffer, 'handle of a machine: its host');
  return Host.of(handle.host, cpus);
}
