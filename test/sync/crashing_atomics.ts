/** Thrown by every atomic operation of a CPU that has crashed. */
export class Crash extends Error {}

const NAMES = ['load', 'store', 'add', 'sub', 'exchange', 'compareExchange', 'wait', 'notify'] as const;
type Operation = (...args: unknown[]) => unknown;

/**
 * Runs `act` as a CPU that dies before its n-th atomic operation: that operation and all later ones fail, so
 * that no clean-up of an unwinding stack reaches shared memory either.
 *
 * @param before called before each operation with its number, as a CPU whose own operations are not counted
 * @returns true where it crashed, false where it needed fewer operations
 */
export function runUntilCrash(n: number, act: () => void, before?: (operation: number) => void): boolean {
  const atomics = Atomics as unknown as Record<string, Operation>;
  const originals = NAMES.map((name) => atomics[name]);
  let operations = 0;
  const restore = () => {
    NAMES.forEach((name, i) => {
      atomics[name] = originals[i];
    });
  };
  const patch = () => {
    NAMES.forEach((name, i) => {
      atomics[name] = (...args) => {
        operations++;
        if (operations >= n) throw new Crash();
        if (before) {
          restore();
          before(operations);
          patch();
        }
        // Nobody else runs meanwhile: to sleep would only take time.
        return name === 'wait' ? 'timed-out' : originals[i](...args);
      };
    });
  };
  patch();
  try {
    act();
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
  } finally {
    restore();
  }
  return operations >= n;
}
