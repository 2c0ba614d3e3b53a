import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { LabError } from '../../../src/platform/error.ts';
import type { Answer, Message, Task } from './task.ts';

const CHILD = fileURLToPath(new URL('./child.js', import.meta.url));

/** How a pool works. */
export interface PoolOptions {
  readonly jobs: number;
  /** Cores to bind the processes to, by turns; null for none. */
  readonly cores: readonly number[] | null;
  readonly signal: AbortSignal;
  /** Is told of each task that ends. */
  onAnswer(task: Task, answer: Answer): void;
}

/**
 * Does all tasks in several processes, each bound to a core: with more threads than a core can run, handing over within one
 * core is several times as fast as across cores, and the processes do not disturb one another.
 *
 * Ends early where `signal` is aborted: what was answered by then was told.
 *
 * @throws `WorkerCrashed` where a task could not be done
 */
export async function doAll(tasks: readonly Task[], options: PoolOptions): Promise<void> {
  let next = 0;
  const children: ChildProcess[] = [];
  const killAll = (): void => {
    for (const child of children) child.kill();
  };
  options.signal.addEventListener('abort', killAll);
  const work = async (number: number): Promise<void> => {
    const child = start(options.cores === null ? undefined : options.cores[number % options.cores.length]);
    children.push(child);
    while (next < tasks.length && !options.signal.aborted) {
      const task = tasks[next++];
      options.onAnswer(task, await ask(child, task));
    }
  };
  try {
    await Promise.all(
      Array.from({ length: Math.min(options.jobs, tasks.length) }, (_, number) => work(number)),
    );
  } catch (error) {
    if (!options.signal.aborted) throw error;
  } finally {
    options.signal.removeEventListener('abort', killAll);
    killAll();
  }
}

function start(core: number | undefined): ChildProcess {
  const [command, ...args] = [
    ...(core === undefined ? [] : ['taskset', '-c', String(core)]),
    process.execPath,
  ];
  return spawn(command, [...args, CHILD], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
}

function ask(child: ChildProcess, task: Task): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void =>
      reject(new LabError('WorkerCrashed', `a process of the bench ended with exit code ${code}`));
    child.once('exit', onExit);
    child.once('message', (message: Message) => {
      child.off('exit', onExit);
      if ('answer' in message) resolve(message.answer);
      else reject(new LabError('WorkerCrashed', message.error));
    });
    child.send(task);
  });
}
