import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What must stay flat in the process that makes one run after the other. */
export interface Vitals {
  /** Since the soak began. */
  readonly atMs: number;
  readonly rssBytes: number;
  /** After a garbage collection. */
  readonly heapBytes: number;
  readonly bufferBytes: number;
  /** Active handles and requests of the event loop. */
  readonly handles: number;
  /** Listeners of `process`. */
  readonly listeners: number;
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Waits until what a run left behind has ended, then takes them. */
export async function takeVitals(startMs: number): Promise<Vitals> {
  await new Promise((resolve) => setTimeout(resolve, 20));
  collect();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  return {
    atMs: performance.now() - startMs,
    rssBytes: rss,
    heapBytes: heapUsed,
    bufferBytes: arrayBuffers,
    handles: process.getActiveResourcesInfo().length,
    listeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
  };
}

/** The slope of the least-squares line through a figure, per minute; 0 for less than three. */
export function slopePerMinute(all: readonly Vitals[], read: (each: Vitals) => number): number {
  if (all.length < 3) return 0;
  const times = all.map(({ atMs }) => atMs / 60_000);
  const values = all.map(read);
  const mean = (numbers: readonly number[]) => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
  const [time, value] = [mean(times), mean(values)];
  const above = times.reduce((sum, each, i) => sum + (each - time) * (values[i] - value), 0);
  const below = times.reduce((sum, each) => sum + (each - time) ** 2, 0);
  return below === 0 ? 0 : above / below;
}
