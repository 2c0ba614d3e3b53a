import { cpus } from 'node:os';

/** The share of a core that others may take from a measurement: beyond it, the figure is in doubt. */
const OTHERS_CORES_MAX = 0.3;

/** How much of the machine other processes take meanwhile: without that, a bad figure cannot be explained. */
export class Neighbours {
  private readonly busyMs: number;
  private readonly ownMs: number;
  private readonly startMs: number;

  constructor() {
    this.busyMs = busyMs();
    this.ownMs = ownMs();
    this.startMs = performance.now();
  }

  /** Cores that others took since this was made, on average. Processes that this one started are others. */
  othersCores(): number {
    const elapsedMs = performance.now() - this.startMs;
    return Math.max(0, (busyMs() - this.busyMs - (ownMs() - this.ownMs)) / elapsedMs);
  }
}

/** A sentence if they left too little for work that needs so many cores, otherwise null. */
export function doubtOf(othersCores: number, cores: number, needed: number): string | null {
  return othersCores <= cores - needed + OTHERS_CORES_MAX
    ? null
    : `other processes took ${othersCores.toFixed(1)} of ${cores} cores meanwhile`;
}

/** Of all cores since they started. */
function busyMs(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
}

function ownMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
