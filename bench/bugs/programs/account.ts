/**
 * account: an account of 1 takes a deposit of 2 and a withdrawal of 4, each in a thread and under a mutex. A third thread,
 * created first, checks the balance where both are done.
 *
 * The bug: it expects that the deposit was taken away. It shows where the check comes last. Fixed: it expects the sum.
 *
 * Source: SCTBench (Thomson, Donaldson, Betts, PPoPP 2014), CS.account.
 */
import { assert, portOf } from '../port/port.ts';

const OPENING = 1;
const DEPOSIT = 2;
const WITHDRAWAL = 4;

export default portOf(import.meta.url, ({ memory, fixed }) => {
  const mutex = memory.mutex('mutex');
  const balance = memory.variable('balance', OPENING);
  const deposited = memory.variable('deposited');
  const withdrawn = memory.variable('withdrawn');
  const expected = fixed ? OPENING + DEPOSIT - WITHDRAWAL : OPENING - DEPOSIT - WITHDRAWAL;
  return {
    threads: [
      () =>
        mutex.during(() => {
          if (deposited.get() === 0 || withdrawn.get() === 0) return;
          assert(balance.get() === expected, 'the balance is not what was expected');
        }),
      () =>
        mutex.during(() => {
          balance.increase(DEPOSIT);
          deposited.set(1);
        }),
      () =>
        mutex.during(() => {
          balance.increase(-WITHDRAWAL);
          withdrawn.set(1);
        }),
    ],
  };
});
