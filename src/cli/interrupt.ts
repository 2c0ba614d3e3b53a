import { ENDINGS } from './exit_codes.ts';
import { leave } from './leave.ts';

/** Two signals within this time are one. */
const SAME_INTERRUPT_MS = 300;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Thrown if the user interrupted before there was any result. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted before there was anything to show');
  }
}

/**
 * Listens for Ctrl-C and SIGTERM. The first aborts `signal`: the work ends early and prints what it found. The
 * second ends everything at once. Under npm a single one arrives twice, from the terminal and from npm.
 */
export class Interruption {
  private readonly controller = new AbortController();
  private firstMs = 0;

  constructor() {
    for (const name of SIGNALS) process.on(name, this.onSignal);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** From then on signals have their default effect. */
  end(): void {
    for (const name of SIGNALS) process.off(name, this.onSignal);
  }

  private readonly onSignal = (): void => {
    if (!this.signal.aborted) {
      this.firstMs = performance.now();
      this.controller.abort();
    } else if (performance.now() - this.firstMs > SAME_INTERRUPT_MS) {
      leave(ENDINGS.interrupted.code);
    }
  };
}
