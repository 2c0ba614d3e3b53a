import { LabError } from '../../platform/error.ts';
import type { Host } from '../../platform/host.ts';

/** Who waits for a recovery looks this often whether there was one. */
const LOOK_MS = 1;

const word = new Int32Array(new SharedArrayBuffer(4));

/**
 * Does what may meet a dead CPU again and again, until that CPU was recovered.
 *
 * @throws what `act` throws, except `OwnerDied`; `Stopped` where the run has to stop, as if nothing can be recovered
 */
export function patiently<T>(host: Host, act: () => T): T {
  for (;;) {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof LabError && error.code === 'OwnerDied')) throw error;
      host.checkStop();
      Atomics.wait(word, 0, 0, LOOK_MS);
    }
  }
}
