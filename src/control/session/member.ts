import { MessageChannel, type MessagePort, receiveMessageOnPort, type Worker } from 'node:worker_threads';
import { DIST } from '../../platform/dist.ts';
import { startWorker } from '../../platform/start_worker.ts';
import { isError } from '../notes/local_failure.ts';
import type { OutsideUse } from '../notes/outside_use.ts';
import type { AgentData, AgentReply } from './protocol.ts';

/** What a worker is told; the port is made with it. */
export type MemberData = Omit<AgentData, 'outside'>;

/** What Node.js must be given for a worker that runs modules again and again. */
const REUSE_ARGUMENTS = ['--experimental-vm-modules', '--experimental-import-meta-resolve', '--no-warnings'];

/** A worker with what is known about it. */
export interface Member {
  readonly worker: Worker;
  /** By which the worker tells what it meets outside the explorer's control. */
  readonly outside: MessagePort;
  /** The number that the system gives its thread, once it has told it. */
  task: number | null;
  exited: { readonly code: number; readonly error: unknown } | undefined;
}

/** How long a worker that must end is waited for: one that is caught in a system call cannot be ended. */
const TERMINATION_MS_MAX = 5000;

/** The threads of all sessions of this process. */
export const tasksOfWorkers = new Set<number>();

/** Starts a worker. */
export function spawn(data: MemberData): Member {
  const { port1, port2 } = new MessageChannel();
  const workerData: AgentData = { ...data, outside: port2 };
  const file = new URL('bundle/explore.js', DIST);
  const more = data.reuse === true ? REUSE_ARGUMENTS : [];
  const worker = startWorker(file, { workerData, transferList: [port2] }, more);
  const member: Member = { worker, outside: port1, task: null, exited: undefined };
  worker.on('message', (reply: AgentReply) => {
    if (reply.type !== 'started' || reply.task === null) return;
    member.task = reply.task;
    tasksOfWorkers.add(reply.task);
  });
  worker.on('error', (error) => {
    member.exited = { code: 1, error };
  });
  worker.on('exit', (code) => {
    member.exited ??= { code, error: undefined };
    if (member.task !== null) tasksOfWorkers.delete(member.task);
  });
  // A crash of a worker is noticed by the code that waits for it.
  worker.setMaxListeners(0);
  return member;
}

/** Taken from the port, not awaited: whatever a worker posted before it blocked is there. */
export function takeOutside({ outside }: Member): OutsideUse[] {
  const uses: OutsideUse[] = [];
  for (;;) {
    const taken = receiveMessageOnPort(outside) as { message: OutsideUse } | undefined;
    if (taken === undefined) return uses;
    uses.push(taken.message);
  }
}

/** Ends a worker, and waits until it has ended. */
export async function ended({ worker, outside }: Member): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, TERMINATION_MS_MAX);
  });
  await Promise.race([worker.terminate(), patience]);
  clearTimeout(timer);
  outside.close();
}

/** Why a worker ended that nobody had told to. */
export function reasonOfExit({ exited }: Member): { readonly name: string; readonly message: string } {
  const error = exited?.error;
  if (error === undefined)
    return { name: 'exit', message: `its worker ended with exit code ${exited?.code}` };
  if (!isError(error)) return { name: 'thrown value', message: String(error) };
  if ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return { name: 'OutOfMemory', message: `it ran out of memory (${error.message})` };
  }
  return { name: error.name, message: error.message };
}
