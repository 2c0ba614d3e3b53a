/** What can go wrong, by name. The first eight are OSTD's own error kinds. */
export type ErrorCode =
  // Memory and frames (OSTD `Error` and `GetFrameError`).
  | 'NoMemory'
  | 'InvalidArgs'
  | 'InUse'
  | 'Unused'
  | 'Busy'
  | 'Unique'
  | 'OutOfBound'
  | 'NotAligned'
  // Handles: JavaScript has no moves, so a use after a drop or a move is found at run time.
  | 'UseAfterDrop'
  | 'RefCountOverflow'
  | 'MetaTypeUnknown'
  | 'MetaTypeMismatch'
  | 'NotInList'
  // The allocator's state.
  | 'BadFree'
  | 'DoubleAlloc'
  | 'CorruptAllocator'
  // The machine's own words in its RAM are not those that were written at boot.
  | 'CorruptMachine'
  // Locks.
  | 'Relock'
  | 'NotOwner'
  | 'OwnerDied'
  | 'LockTimeout'
  | 'Stopped'
  | 'MutualExclusion'
  // The machine's life.
  | 'EarlyAllocatorNotReady'
  | 'EarlyAllocatorRetired'
  | 'AlreadyInitialized'
  | 'NotBooted'
  | 'CpuBusy'
  | 'NotRecoverable'
  | 'HostRefused'
  | 'ModuleMissing'
  // The lab and the command line.
  | 'Usage'
  | 'NotWritten'
  | 'WorkerCrashed'
  // The queue of a campaign was lost, or nobody works on it.
  | 'QueueFailed'
  // Exploring: the scenario or a strategy is wrong; a schedule failed; a replay did not behave as recorded; a thread
  // dealt with something that the explorer does not control.
  | 'Scenario'
  | 'Strategy'
  | 'ScheduleFailed'
  | 'Nondeterminism'
  | 'NothingShown'
  | 'Uncontrolled'
  | 'Hung';

/** What an error is about, for programs. */
export interface LabErrorOptions extends ErrorOptions {
  /** The frame that is wrong, if one is. */
  frame?: number;
}

/**
 * Every error that framelab throws. `code` is stable and meant for programs; `message` says what was given
 * and what is allowed, and is meant for people.
 */
export class LabError extends Error {
  readonly code: ErrorCode;
  readonly frame: number | undefined;

  constructor(code: ErrorCode, message: string, options?: LabErrorOptions) {
    super(message, options);
    this.code = code;
    this.name = code;
    this.frame = options?.frame;
  }
}
