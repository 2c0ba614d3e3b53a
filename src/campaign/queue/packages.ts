import { createRequire } from 'node:module';
import { join } from 'node:path';
import { LabError } from '../../platform/error.ts';

/** The two optional packages behind a queue. */
export interface QueuePackages {
  readonly bullmq: typeof import('bullmq');
  readonly ioredis: typeof import('ioredis');
}

/** Loads them from framelab's place, or from the working directory. @throws `ModuleMissing` */
export function loadQueuePackages(): QueuePackages {
  return { bullmq: load('bullmq'), ioredis: load('ioredis') };
}

function load<P>(name: string): P {
  for (const from of [import.meta.url, join(process.cwd(), 'package.json')]) {
    try {
      return createRequire(from)(name) as P;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  throw new LabError(
    'ModuleMissing',
    `--queue needs the packages bullmq (6 or newer) and ioredis (5 or newer), and ${name} is not installed: npm install bullmq ioredis`,
  );
}
