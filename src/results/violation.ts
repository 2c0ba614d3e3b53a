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
