import { PAGE_SIZE } from '../mm/page.ts';
import { type ErrorCode, LabError } from '../platform/error.ts';

/** What is wrong, by name. Each is a different promise of the allocator, of a lock or of a workload broken. */
export type Symptom =
  /** A frame was given to somebody while it belonged to somebody. */
  | 'double-allocation'
  /** Something was freed that was free, or was never allocated. */
  | 'bad-free'
  /** A frame is neither free nor allocated: no one can ever get it again. */
  | 'lost-frame'
  /** A block that should be zeros is not. */
  | 'not-zeroed'
  /** A block's address is no multiple of the alignment asked for. */
  | 'misaligned'
  /** A block, or a part of it, is outside the memory that the allocator was given. */
  | 'out-of-bounds'
  /** Somebody wrote into a block that belongs to somebody else. */
  | 'corrupt-contents'
  /** Two CPUs were inside one lock. */
  | 'two-lock-holders'
  /** A lock was taken twice by its holder, or released by another. */
  | 'lock-misuse'
  /** The allocator's own structure contradicts itself. */
  | 'corrupt-allocator'
  /** A frame is still allocated, or its handle still counted, after everything was given back. */
  | 'leak'
  /** A reference count or handle was not what it must be. */
  | 'bad-handle'
  /** There was no memory, although most of it is free. */
  | 'unexpected-no-memory';

/** A CPU at a certain operation of its own. */
export interface Actor {
  readonly cpu: number;
  /** The operation's number on that CPU, from 1; what an owner word holds of it, so modulo 2^24. */
  readonly operation: number;
}

/** What was found, by whom and when. */
export interface Violation {
  readonly symptom: Symptom;
  /** One sentence or two for people. */
  readonly message: string;
  /** Who found it: the worker, which is also its CPU; -1 for the accounting at the end. */
  readonly worker: number;
  /** The number of the worker's operation that found it, from 1; 0 where it was not in an operation. */
  readonly operation: number;
  /** The kind of that operation, where it was in one. */
  readonly operationKind?: string;
  /** True where that was in the warm-up: it is a violation like any other. */
  readonly inWarmup?: true;
  /** The first frame that is wrong. */
  readonly frame?: number;
  readonly paddr?: number;
  /** The block that was asked for or given back. */
  readonly block?: { readonly paddr: number; readonly size: number };
  /** Who had the frame before, by the oracle's own books. */
  readonly previous?: Actor & { readonly action: 'allocated' | 'freed' };
  /** The error's own code, where one was thrown. */
  readonly code?: string;
  readonly stack?: string;
}

/** What a finder of violations knows of them; the worker body adds who and when. */
export type Finding = Omit<Violation, 'worker' | 'operation' | 'operationKind' | 'inWarmup'>;

/** Thrown in the thread that finds a violation. */
export class ViolationError extends Error {
  readonly code = 'Violation';
  readonly finding: Finding;

  constructor(finding: Finding, options?: ErrorOptions) {
    super(finding.message, options);
    this.name = 'Violation';
    this.finding = finding;
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
  // A fresh block's slots are refused where they are in use: somebody has the frame.
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

/** What an error thrown while a workload ran means; null where it is no broken promise but a crash or a stop. */
export function findingOf(error: unknown): Finding | null {
  if (error instanceof ViolationError) return error.finding;
  if (!(error instanceof Error)) return null;
  const { code, frame } = error as { code?: unknown; frame?: unknown };
  if (typeof code !== 'string') return null;
  const symptom = SYMPTOM_OF_CODE[code as ErrorCode];
  if (symptom === undefined) return null;
  const where = typeof frame === 'number' ? { frame, paddr: frame * PAGE_SIZE } : {};
  return { symptom, message: error.message, ...where, code, stack: error.stack };
}

/** `, holding lock x`, by the locks' own words: nothing where that CPU holds none. */
export function namesOfHeld(
  locks: readonly { readonly name: string; owner(): number }[],
  cpu: number,
): string {
  const held = locks.filter((lock) => lock.owner() === cpu).map((lock) => lock.name);
  return held.length === 0 ? '' : `, holding lock ${held.join(' and ')}`;
}

/** True for the error by which a thread learns that it must stop: the cause is with another. */
export function isStop(error: unknown): boolean {
  return error instanceof LabError && (error.code === 'Stopped' || error.code === 'OwnerDied');
}
