import { Worker, type WorkerOptions } from 'node:worker_threads';

/** Arguments of Node.js that a worker may not be given. */
const refused = new Set<string>();

/**
 * The arguments of Node.js for a worker or process whose module is a file: those of this process but `--input-type`, with which the
 * text of `node -e` may be given. Undefined where it can have all of them: then it is to inherit them.
 */
export function argumentsForFiles(): string[] | undefined {
  const given = process.execArgv;
  const fit = given.filter((argument, i) => !isInputType(argument) && given[i - 1] !== '--input-type');
  return fit.length === given.length ? undefined : fit;
}

function isInputType(argument: string): boolean {
  return argument === '--input-type' || argument.startsWith('--input-type=');
}

/**
 * Starts a worker with the arguments of this process and some more. Those that hold for the whole process, as
 * `--max-old-space-size`, hold for it anyway, and Node.js refuses to be told them again.
 *
 * @param more arguments of Node.js
 */
export function startWorker(file: URL, options: WorkerOptions, more: readonly string[] = []): Worker {
  for (;;) {
    try {
      return new Worker(file, { ...options, execArgv: execArgv(more) });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_WORKER_INVALID_EXEC_ARGV') throw error;
      const before = refused.size;
      for (const argument of process.execArgv) {
        if ((error as Error).message.includes(argument)) refused.add(argument);
      }
      if (refused.size === before) throw error;
    }
  }
}

function execArgv(more: readonly string[]): string[] | undefined {
  const own = argumentsForFiles();
  if (own === undefined && more.length === 0) return undefined;
  return [...(own ?? process.execArgv).filter((argument) => !refused.has(argument)), ...more];
}
