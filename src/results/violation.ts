/** What is wrong, by name. Each is a different broken promise of the allocator, of a lock or of a workload. */
export type Symptom =
  /** A frame was allocated while it had an owner. */
  | 'double-allocation'
  /** Something was freed that was free, or was never allocated. */
  | 'bad-free'
  /** A frame is neither free nor allocated: no one can ever get it again. */
  | 'lost-frame'
  /** A block that should be zeros is not. */
  | 'not-zeroed'
  /** A block's address is not a multiple of the alignment asked for. */
  | 'misaligned'
  /** A block, or a part of it, is outside the memory that the allocator was given. */
  | 'out-of-bounds'
  /** A CPU wrote into a block of another owner. */
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
  /** A frame's metadata is not what its owner wrote. */
  | 'corrupt-metadata'
  /** A frame's metadata was dropped twice, or never. */
  | 'metadata-drop'
  /** The length or the order of a list of frames is not what was put into it. */
  | 'corrupt-list'
  /** An allocation found no memory, although most of it is free. */
  | 'unexpected-no-memory';

/** A CPU at a certain operation of its own. */
export interface Actor {
  readonly cpu: number;
  /** The operation's number on that CPU, from 1; modulo 2^24, since an owner word holds no more. */
  readonly operation: number;
}

/** What was found, who found it, and when. */
export interface Violation {
  readonly symptom: Symptom;
  /** One sentence or two for people. */
  readonly message: string;
  /** Who found it: the worker, which is also its CPU; -1 for the accounting at the end. */
  readonly worker: number;
  /** The number of the worker's operation that found it, from 1; 0 if it was not in an operation. */
  readonly operation: number;
  /** The kind of that operation, if it was in one. */
  readonly operationKind?: string;
  /** True if that was in the warm-up: it is a violation like any other. */
  readonly inWarmup?: true;
  /** The first frame that is wrong. */
  readonly frame?: number;
  readonly paddr?: number;
  /** The block that was asked for or given back. */
  readonly block?: { readonly paddr: number; readonly size: number };
  /** Who had the frame before, according to the oracle. */
  readonly previous?: Actor & { readonly action: 'allocated' | 'freed' };
  /** The error's own code, if one was thrown. */
  readonly code?: string;
  readonly stack?: string;
}
