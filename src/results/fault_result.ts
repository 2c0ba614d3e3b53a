// What a run's injected faults did: when, to whom, on which operation, and what a worker's death cost.

/** Kinds of faults that a run can inject. */
export type InjectedKind = 'kill-worker' | 'pause-worker' | 'oom' | 'kill-holder' | 'throw-in';

/** One fault that was asked for, and what became of it. */
export interface FaultResult {
  /** As it was asked for: `kill-holder@global-pool`. */
  readonly fault: string;
  readonly kind: InjectedKind;
  /** `not reached`: the run ended before it was due, so it shows nothing. */
  readonly state: 'happened' | 'not reached';
  /** Asked for, drawn by the seed or, of a fault for all workers, the first that met it; null if none did. */
  readonly worker: number | null;
  /** Milliseconds after the first measured operation; null if not reached. */
  readonly atMs: number | null;
  /** The number of that worker's measured operation, from 1, and its kind; null if unknown. */
  readonly operation: number | null;
  readonly operationKind: string | null;
  /** The operation or lock that it was aimed at, and which one of them, from 1; null if it was aimed at none. */
  readonly place: string | null;
  readonly nth: number | null;
  /** Whether it came when that began, or at its end; null if it was aimed at none. */
  readonly moment: 'entering' | 'leaving' | null;
  /** How long the worker stood still, or allocations found no memory; null for other kinds. */
  readonly durationMs: number | null;
  /** Allocations that found no memory because of it. */
  readonly refused: number;
  /** The death that it caused; null if none. */
  readonly death: DeathResult | null;
}

/** What the death of a worker's thread cost. */
export interface DeathResult {
  readonly worker: number;
  /** How the thread ended, as its exit event or error says. */
  readonly message: string;
  /** Names of the locks that it held. */
  readonly locks: readonly string[];
  /** Frames that it had allocated and that stay out of use. */
  readonly framesOut: FrameRanges;
  /** Null if nothing was recovered. */
  readonly recovery: RecoveryResult | null;
  /** Why it could not be recovered from; null if it was, or was not to be. */
  readonly refusal: string | null;
}

/** Frames by number: at most `FRAME_RANGES_MAX` ranges, and a count of all. */
export interface FrameRanges {
  readonly frames: number;
  /** Frame numbers, the end excluded. */
  readonly ranges: readonly { readonly start: number; readonly end: number }[];
}

/** What `--recover` did after a death. */
export interface RecoveryResult {
  /** From the exit event until the machine was whole again, and the part of it that was the recovery itself. */
  readonly afterMs: number;
  readonly durationMs: number;
  readonly locksBroken: readonly string[];
  /** Structures that were rebuilt. */
  readonly rebuilt: readonly string[];
  readonly framesReturned: number;
  /** A new thread has taken the CPU over, and the run went on with it. */
  readonly replaced: boolean;
}

/** How a fault ended a worker's thread, and what stays out of use. */
export function deathText({ fault, operation, operationKind, death }: FaultResult): string {
  const kind = operationKind === null ? '' : ` (${operationKind})`;
  const when = operation === null ? '' : ` at its operation ${operation}${kind}`;
  const locks =
    death === null || death.locks.length === 0 ? '' : `, holding lock ${death.locks.join(' and ')}`;
  const out =
    death === null || death.framesOut.frames === 0
      ? ''
      : `; ${frameRangesText(death.framesOut)} stay out of use`;
  const refusal = death === null || death.refusal === null ? '' : `; not recovered: ${death.refusal}`;
  return `its thread was ended by the injected fault ${fault}${when}${locks}${refusal}${out}`;
}

/** As in `12 frames (5 to 9, 20 to 26)`, with so many ranges at most. */
export function frameRangesText({ frames, ranges: all }: FrameRanges, most = RANGES_IN_TEXT_MAX): string {
  const ranges = all.slice(0, most);
  const listed = ranges.map(({ start, end }) => (end - start === 1 ? `${start}` : `${start} to ${end - 1}`));
  const shown = ranges.reduce((sum, { start, end }) => sum + end - start, 0);
  const more = frames > shown ? ` and ${frames - shown} more` : '';
  const many = frames === 1 ? '1 frame' : `${frames} frames`;
  return ranges.length === 0 ? many : `${many} (${listed.join(', ')}${more})`;
}

const RANGES_IN_TEXT_MAX = 6;

/** Ranges of frames that are listed before the rest is only counted. */
const FRAME_RANGES_MAX = 64;

/** Frame numbers in ascending order as ranges. */
export function frameRanges(frames: readonly number[]): FrameRanges {
  const ranges: { start: number; end: number }[] = [];
  for (const frame of frames) {
    const last = ranges[ranges.length - 1];
    if (last !== undefined && last.end === frame) last.end++;
    else if (ranges.length === FRAME_RANGES_MAX) break;
    else ranges.push({ start: frame, end: frame + 1 });
  }
  return { frames: frames.length, ranges };
}
