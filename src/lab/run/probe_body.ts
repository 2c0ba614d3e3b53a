import type { MessagePort } from 'node:worker_threads';
import { LabError } from '../../platform/error.ts';
import { ownTask } from '../../platform/tasks.ts';
import { describeThrown } from '../describe_thrown.ts';
import { lateErrors } from '../late_errors.ts';
import { prepare } from './prepare.ts';
import type { RunOptions } from './run_options.ts';
import { SharedText } from './shared_text.ts';

/** What the probing thread is given; it can be cloned. */
export interface ProbeData {
  readonly options: RunOptions;
  /** What it is doing, in words that go before "does not end". */
  readonly stage: SharedArrayBuffer;
  /** Who calls `process.exit`, and with what. */
  readonly exit: SharedArrayBuffer;
}

/** Messages of a probing thread; the last is `ready` or `refused`, unless the thread is ended. */
export type ProbeMessage =
  | { readonly type: 'thread'; readonly thread: number | null }
  | { readonly type: 'ready' }
  | { readonly type: 'refused'; readonly message: string; readonly stack: string };

/** What the probing thread does: everything that the main thread will do with user modules once they passed. */
export async function probeHere(data: ProbeData, port: MessagePort): Promise<void> {
  const tell = (message: ProbeMessage) => port.postMessage(message);
  const stage = new SharedText(data.stage);
  tell({ type: 'thread', thread: ownTask() });
  reportExits(new SharedText(data.exit));
  try {
    const { machine } = await prepare(data.options, (what) => stage.write(what));
    stage.write(`health() and audit() of allocator ${machine.allocatorName}`);
    machine.audit();
    machine.allocator.health?.();
    stage.write('what the modules began on the side');
    await lateErrors();
    tell({ type: 'ready' });
  } catch (error) {
    const { message, stack = '' } = describeThrown(error);
    tell({ type: 'refused', message, stack: error instanceof LabError ? '' : stack });
  }
  // Waits until the main thread has read it and ends this one: a message can be lost if its sender ends right after.
  setInterval(() => {}, 60_000);
}

/** From outside, a thread that is made to exit looks like one that has nothing left to wait for. */
function reportExits(told: SharedText): void {
  const exit = process.exit.bind(process);
  process.exit = (code?: number | string | null): never => {
    const at = new Error().stack?.split('\n')[2]?.trim() ?? '';
    told.write(`called process.exit(${String(code ?? process.exitCode ?? 0)})${at === '' ? '' : `, ${at}`}`);
    return exit(code);
  };
}
