import { PAGE_SIZE } from '../../mm/page.ts';
import { type ErrorCode, LabError } from '../../platform/error.ts';
import type { Symptom, Violation } from '../../results/violation.ts';

/** A broken promise as the code that met it knows it; the worker body adds who and when. */
export type Breach = Omit<Violation, 'worker' | 'operation' | 'operationKind' | 'inWarmup'>;

/** Thrown in the thread that finds a violation. */
export class ViolationError extends Error {
  readonly code = 'Violation';
  readonly breach: Breach;

  constructor(breach: Breach, options?: ErrorOptions) {
    super(breach.message, options);
    this.name = 'Violation';
    this.breach = breach;
  }
}

/** Which promise an error's code says is broken. Codes that are not here are not violations by themselves. */
const SYMPTOM_OF_CODE: Partial<Record<ErrorCode, Symptom>> = {
  BadFree: 'bad-free',
  DoubleAlloc: 'double-allocation',
  CorruptAllocator: 'corrupt-allocator',
  MutualExclusion: 'two-lock-holders',
  Relock: 'lock-misuse',
  NotOwner: 'lock-misuse',
  // A fresh block's slot is in use: the frame already has an owner.
  InUse: 'double-allocation',
  Busy: 'double-allocation',
  Unique: 'double-allocation',
  Unused: 'bad-handle',
  UseAfterDrop: 'bad-handle',
  RefCountOverflow: 'bad-handle',
  MetaTypeMismatch: 'bad-handle',
  MetaTypeUnknown: 'bad-handle',
  NotInList: 'bad-handle',
  OutOfBound: 'out-of-bounds',
  NotAligned: 'misaligned',
  NoMemory: 'unexpected-no-memory',
};

/** The violation that an error thrown by a workload means; null if it is a crash or a stop instead. */
export function breachOf(error: unknown): Breach | null {
  if (error instanceof ViolationError) return error.breach;
  if (!(error instanceof Error)) return null;
  const { code, frame } = error as { code?: unknown; frame?: unknown };
  if (typeof code !== 'string') return null;
  const symptom = SYMPTOM_OF_CODE[code as ErrorCode];
  if (symptom === undefined) return null;
  const where = typeof frame === 'number' ? { frame, paddr: frame * PAGE_SIZE } : {};
  return { symptom, message: error.message, ...where, code, stack: error.stack };
}

/** `, holding lock x`, by the locks' own words; empty if that CPU holds none. */
export function namesOfHeld(
  locks: readonly { readonly name: string; owner(): number }[],
  cpu: number,
): string {
  const held = locks.filter((lock) => lock.owner() === cpu).map((lock) => lock.name);
  return held.length === 0 ? '' : `, holding lock ${held.join(' and ')}`;
}

/** True for the error that tells a thread to stop: the cause is in another thread. */
export function isStop(error: unknown): boolean {
  return error instanceof LabError && (error.code === 'Stopped' || error.code === 'OwnerDied');
}
