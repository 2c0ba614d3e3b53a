import { cpus } from 'node:os';

/** So much of a core others may take of what a measurement needs: more, and it is in doubt. */
const OTHERS_CORES_MAX = 0.3;

/** How much of the machine other processes take meanwhile: without that, nobody knows whose fault a figure is. */
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

/** A sentence where they left too little to something that needs so many cores, else null. */
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
