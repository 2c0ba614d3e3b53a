import type { MessagePort } from 'node:worker_threads';
import { LabError } from '../../platform/error.ts';
import { ownThread } from '../../platform/thread_cpu.ts';
import { describeThrown } from '../describe_thrown.ts';
import { lateErrors } from '../late_errors.ts';
import { prepare } from './prepare.ts';
import type { RunOptions } from './run_options.ts';

/** What a probing thread tells, in this order; the last is `ready` or `refused`, unless the thread is ended. */
export type ProbeMessage =
  | { readonly type: 'thread'; readonly thread: number | null }
  | { readonly type: 'stage'; readonly what: string }
  /** Somebody calls `process.exit`. */
  | { readonly type: 'exits'; readonly code: string; readonly at: string }
  | { readonly type: 'ready' }
  | { readonly type: 'refused'; readonly message: string; readonly stack: string };

/** What the probing thread does: all that the main thread will do with modules of the user, and does not until then. */
export async function probeHere(options: RunOptions, port: MessagePort): Promise<void> {
  const tell = (message: ProbeMessage) => port.postMessage(message);
  tell({ type: 'thread', thread: ownThread() });
  reportExits(tell);
  try {
    const { machine } = await prepare(options, (what) => tell({ type: 'stage', what }));
    tell({ type: 'stage', what: `health() and audit() of allocator ${machine.allocatorName}` });
    machine.audit();
    machine.allocator.health?.();
    tell({ type: 'stage', what: 'what the modules began on the side' });
    await lateErrors();
    tell({ type: 'ready' });
  } catch (error) {
    const { message, stack = '' } = describeThrown(error);
    tell({ type: 'refused', message, stack: error instanceof LabError ? '' : stack });
  }
}

/** From outside, a thread that is made to exit looks like one that has nothing left to wait for. */
function reportExits(tell: (message: ProbeMessage) => void): void {
  const exit = process.exit.bind(process);
  process.exit = (code?: number | string | null): never => {
    const at = new Error().stack?.split('\n')[2]?.trim() ?? '';
    tell({ type: 'exits', code: String(code ?? process.exitCode ?? 0), at });
    return exit(code);
  };
}
