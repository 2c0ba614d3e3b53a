import { describeThrown } from '../../lab/describe_thrown.ts';
import { slicesOf } from '../plan/plan.ts';
import { readPlan } from '../plan/plan_file.ts';
import { mayBeTriedAgain, SliceWorker } from '../slice/slice_worker.ts';
import type { FromChild, ToChild } from './messages.ts';

/**
 * One process of a local pool: does the slices that its parent names. It takes ids alone, of the plan in its own folder.
 *
 * @param folder the campaign's
 */
export function serveSlices(folder: string): void {
  // Ctrl-C reaches all processes of a terminal: the parent says what is to be done.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
  const stop = new AbortController();
  process.on('disconnect', () => process.exit(0));
  const plan = readPlan(folder);
  const slices = new Map(slicesOf(plan).map((slice) => [slice.id, slice]));
  const worker = new SliceWorker(folder, plan);
  process.on('message', (message: ToChild) => {
    if (message.type === 'stop') stop.abort();
    else void answer(worker.do(slices.get(message.slice)!, stop.signal));
  });
}

async function answer(doing: ReturnType<SliceWorker['do']>): Promise<void> {
  try {
    send({ type: 'lines', lines: await doing });
  } catch (error) {
    if (mayBeTriedAgain(error)) send({ type: 'failed', message: error.message });
    else send({ type: 'fatal', message: describeThrown(error).message });
  }
}

function send(message: FromChild): void {
  process.send?.(message);
}
