import { asRunFault, type Moment, type RunFault, runFaultText } from '../../intercept/faults/run_faults.ts';
import { LabError } from '../../platform/error.ts';
import { nearest } from '../../platform/nearest.ts';
import { Random } from '../../platform/random.ts';

/** Keeps the draws of faults apart from those of workers. */
const SALT = 0x0fa1_75ed;
/** A drawn acquisition of a lock, or operation of a kind, is one of the first so many: short runs reach them, too. */
const ACQUISITIONS_DRAWN = 8;
const OPERATIONS_DRAWN = 1000;

/** What a fault is aimed at. */
export interface Target {
  readonly what: 'lock' | 'operation';
  readonly name: string;
  readonly nth: number;
  readonly moment: 'entering' | 'leaving';
}

/** A fault with everything that the seed drew; it can be cloned. */
export interface PlannedFault {
  /** As it was asked for. */
  readonly text: string;
  readonly kind: RunFault['kind'];
  /** Null if it is for all workers. */
  readonly worker: number | null;
  /** Null if it has a target instead. */
  readonly at: Moment | null;
  readonly target: Target | null;
  /** How long a worker stands still, or allocations find no memory; null for other kinds. */
  readonly length: Moment | null;
}

/** What the faults of a run can be aimed at. */
export interface FaultTargets {
  readonly workers: number;
  /** Names of the machine's locks and of the workload's. */
  readonly locks: readonly string[];
  /** Kinds of the workload's operations. */
  readonly operations: readonly string[];
  /** Whose they are, for messages. */
  readonly allocator: string;
  readonly workload: string;
}

/** True for a fault that ends a worker's thread. */
export function isFatal({ kind }: Pick<PlannedFault, 'kind'>): boolean {
  return kind === 'kill-worker' || kind === 'kill-holder' || kind === 'throw-in';
}

/**
 * Draws what was not given. The draws of a fault depend on the seed and on its place in the list alone.
 *
 * @throws `Usage` for a worker, a lock or an operation that there is not
 */
export function planFaults(texts: readonly string[], seed: number, targets: FaultTargets): PlannedFault[] {
  return texts.map((text, i) => planned(asRunFault(text), new Random(seed ^ SALT, i), targets));
}

function planned(fault: RunFault, random: Random, targets: FaultTargets): PlannedFault {
  const text = runFaultText(fault);
  // Drawn in any case, so that giving one of them does not change the others.
  const drawnWorker = random.below(targets.workers);
  const drawn = random.uint32() / 2 ** 32;
  const moment = random.chance(0.5) ? 'entering' : 'leaving';
  if (fault.worker !== undefined && fault.worker >= targets.workers) {
    throw new LabError(
      'Usage',
      `fault '${text}': there is no worker ${fault.worker}; the workers are 0 to ${targets.workers - 1}`,
    );
  }
  const { kind } = fault;
  const worker = fault.worker ?? (kind === 'oom' ? null : drawnWorker);
  switch (kind) {
    case 'kill-worker':
      return { text, kind, worker, at: fault.at, target: null, length: null };
    case 'pause-worker':
      return { text, kind, worker, at: fault.at, target: null, length: { ms: fault.forMs } };
    case 'oom':
      return { text, kind, worker, at: fault.at, target: null, length: fault.for };
    case 'kill-holder': {
      const name = lockNamed(fault.lock, text, targets);
      const nth = fault.nth ?? 1 + Math.floor(drawn * ACQUISITIONS_DRAWN);
      return { text, kind, worker, at: null, target: { what: 'lock', name, nth, moment }, length: null };
    }
    case 'throw-in': {
      const what = targets.operations.includes(fault.place) ? 'operation' : 'lock';
      const name = what === 'lock' ? placeNamed(fault.place, text, targets) : fault.place;
      const most = what === 'lock' ? ACQUISITIONS_DRAWN : OPERATIONS_DRAWN;
      const nth = fault.nth ?? 1 + Math.floor(drawn * most);
      return { text, kind, worker, at: null, target: { what, name, nth, moment }, length: null };
    }
  }
}

function lockNamed(name: string, text: string, { locks, allocator, workload }: FaultTargets): string {
  if (locks.includes(name)) return name;
  throw new LabError(
    'Usage',
    `fault '${text}': there is no lock '${name}'; the locks of allocator ${allocator} and workload ${workload} are ${locks.join(', ')}${meant(name, locks)}`,
  );
}

function placeNamed(name: string, text: string, targets: FaultTargets): string {
  const { locks, operations, allocator, workload } = targets;
  if (locks.includes(name)) return name;
  throw new LabError(
    'Usage',
    `fault '${text}': '${name}' is neither an operation of workload ${workload} (${operations.join(', ')}) nor a lock of it or of allocator ${allocator} (${locks.join(', ')})${meant(name, [...operations, ...locks])}`,
  );
}

function meant(name: string, names: readonly string[]): string {
  const near = nearest(name, names);
  return near === null ? '' : `; did you mean '${near}'?`;
}
