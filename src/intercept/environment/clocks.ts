import { type InterceptHost, type Interceptor, replace } from '../../control/thread/interceptor.ts';
import { RealDate } from '../../control/thread/originals.ts';

/** Where every thread's clock starts: 2025-01-01T00:00:00Z. */
const EPOCH_MS = 1_735_689_600_000;

/** Clocks: each thread has its own, which only its own steps and readings move. */
export const clocks: Interceptor = { name: 'clocks', install };

function install({ engine }: InterceptHost): () => void {
  // It stands still for a strategy, which is no part of the thread.
  const timeMs = (): number => (engine.aside ? engine.clock.timeMs() : engine.clock.tickMs());
  const now = (): number => Math.floor(EPOCH_MS + timeMs());
  class VirtualDate extends RealDate {
    constructor(...args: unknown[]) {
      if (args.length === 0) super(now());
      else super(...(args as [number]));
    }
    static override now(): number {
      return now();
    }
  }
  Object.defineProperty(VirtualDate, 'name', { value: 'Date' });
  replace(globalThis, 'Date', VirtualDate);
  replace(performance, 'now', timeMs);
  const hrtime = (previous?: [number, number]): [number, number] => {
    const ns = timeMs() * 1e6;
    const seconds = Math.floor(ns / 1e9);
    if (previous === undefined) return [seconds, Math.floor(ns % 1e9)];
    const delta = ns - previous[0] * 1e9 - previous[1];
    return [Math.floor(delta / 1e9), Math.floor(delta % 1e9)];
  };
  hrtime.bigint = (): bigint => BigInt(Math.floor(timeMs() * 1e6));
  replace(process, 'hrtime', hrtime);

  return () => engine.clock.resetTime();
}
