/**
 * deadlock01: two threads change a counter under two mutexes.
 *
 * The bug: one locks a before b, the other b before a. Fixed: both lock a first.
 *
 * Source: SCTBench (Thomson, Donaldson, Betts, PPoPP 2014), CS.deadlock01.
 */
import { portOf } from '../port/port.ts';

export default portOf(import.meta.url, ({ memory, fixed }) => {
  const a = memory.mutex('a');
  const b = memory.mutex('b');
  const counter = memory.variable('counter', 1);
  const change = (outer: typeof a, inner: typeof a, by: number): void =>
    outer.during(() => inner.during(() => counter.increase(by)));
  return { threads: [() => change(a, b, 1), () => (fixed ? change(a, b, -1) : change(b, a, -1))] };
});
