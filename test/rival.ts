const WRITES = ['compareExchange', 'exchange', 'add', 'sub', 'or', 'and', 'store'] as const;

/**
 * Runs `action` with `rival` between its reading and its writing: right before its first atomic write, which is
 * where another thread hurts most. The rival is not interrupted itself.
 *
 * @returns whether there was an atomic write at all: where there was none, `action` is not atomic
 */
export function withRival(rival: () => void, action: () => void): boolean {
  const sound = Object.fromEntries(WRITES.map((name) => [name, Atomics[name]]));
  let met = false;
  const afterRival = (operation: (...args: unknown[]) => unknown) => {
    return (...args: unknown[]) => {
      if (!met) {
        met = true;
        Object.assign(Atomics, sound);
        rival();
      }
      return operation(...args);
    };
  };
  for (const name of WRITES) Object.assign(Atomics, { [name]: afterRival(Atomics[name] as never) });
  try {
    action();
  } finally {
    Object.assign(Atomics, sound);
  }
  return met;
}
