/**
 * When the steps of the nemesis depend on others: on those of the thread that they happen to, on what asks whether it has died,
 * and on every notify, which may find that thread asleep or not; and on one another, since they share what is left of them. All
 * else commutes with them: a fault changes no memory. What a schedule does without a fault is the same as with that fault
 * behind the end of its thread, where it does nothing.
 */
import { isLane, targetOf, unpackFault } from '../control/words/fault.ts';
import { type Layout, R, T } from '../control/words/layout.ts';
import { KIND } from '../control/words/operation.ts';
import { kindOf, threadOf } from '../control/words/record.ts';

function concerns(kind: number, asksFor: number, thread: number, target: number): boolean {
  return thread === target || kind === KIND.NOTIFY || (kind === KIND.DIED && asksFor === target);
}

/** Do two executed steps depend on one another, of which one at least is a fault? By the indices of their records. */
export function faultsDepend(words: Int32Array, a: number, b: number): boolean {
  const [threadA, threadB] = [threadOf(words[a]), threadOf(words[b])];
  if (isLane(words, threadA) && isLane(words, threadB)) return true;
  const [fault, step] = isLane(words, threadA) ? [a, b] : [b, a];
  const { target } = unpackFault(words[fault + R.RESULT]);
  return concerns(kindOf(words[step]), words[step + R.A], threadOf(words[step]), target);
}

/** Does what an actor is about to do depend on the step just executed, where one of them is a fault? */
export function pendingFaultDepends(words: Int32Array, layout: Layout, actor: number, step: number): boolean {
  const stepActor = threadOf(words[step]);
  if (isLane(words, actor)) {
    if (isLane(words, stepActor)) return true;
    return concerns(kindOf(words[step]), words[step + R.A], stepActor, targetOf(words, actor));
  }
  const t = layout.threads + actor * T.WORDS;
  const { target } = unpackFault(words[step + R.RESULT]);
  return concerns(words[t + T.KIND], words[t + T.A], actor, target);
}
