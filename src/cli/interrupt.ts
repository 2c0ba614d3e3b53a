import { EXIT_INTERRUPTED } from './command.ts';
import { leave } from './leave.ts';

/** Two signals within this time are one. */
const SAME_INTERRUPT_MS = 300;

/** Thrown where the user interrupted and nothing came of what was begun. */
export class Interrupted extends Error {}

/**
 * Is aborted by the first Ctrl-C: the run ends early, and its result is printed. The second ends everything at
 * once. Under npm a single one arrives twice, from the terminal and from npm.
 */
export function interruptSignal(): AbortSignal {
  const interruption = new AbortController();
  let firstMs = 0;
  const onSignal = () => {
    if (!interruption.signal.aborted) {
      firstMs = performance.now();
      interruption.abort();
    } else if (performance.now() - firstMs > SAME_INTERRUPT_MS) {
      leave(EXIT_INTERRUPTED);
    }
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return interruption.signal;
}
