// `Atomics.pause` (Node 24) tells the core that it spins; the loop replaces it where it is missing. Both take
// about 40 ns, a little more than an uncontended hand-over, so one pause is the smallest useful backoff.
const LOOP_ITERATIONS = 100;

type AtomicsWithPause = typeof Atomics & { pause?: () => void };

const hasPause = typeof (Atomics as AtomicsWithPause).pause === 'function';

/** Keeps a core busy for about `pauses` times 40 ns without touching shared memory. */
export function pause(pauses: number): void {
  if (hasPause) {
    for (let i = 0; i < pauses; i++) (Atomics as Required<AtomicsWithPause>).pause();
  } else {
    for (let i = pauses * LOOP_ITERATIONS; i > 0; i--);
  }
}
