import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ExplorationResult, exploration } from 'framelab/explore';

/** What the last three of many threads do to the first word, while the others add to words of their own. */
export const ADDS = 'Atomics.add(words, 0, 1);';
export const LOSES = 'const seen = Atomics.load(words, 0); Atomics.store(words, 0, seen + 1);';
export const LOSES_PLAINLY = 'words[0]++;';

/** Scenarios of so many threads, as files of a folder. */
export class ManyThreads {
  readonly threads: number;
  private readonly directory: string;

  constructor(directory: string, threads: number) {
    this.directory = directory;
    this.threads = threads;
  }

  /** All but the last three add 1 to a word of their own; those do this to the first, and it must count them. */
  counter(last: string): string {
    const { threads } = this;
    return this.write(`export function thread({ words }, me) {
  if (me < ${threads} - 3) { Atomics.add(words, me + 1, 1); return; }
  ${last}
}
export function check({ words }) { if (words[0] !== 3) throw new Error('counted ' + words[0]); }
`);
  }

  /** Each thread does this. */
  all(does: string): string {
    return this.write(`export function thread({ words }, me) { ${does} }
export function check() {}
`);
  }

  private write(body: string): string {
    const { threads } = this;
    const file = join(this.directory, `threads-${threads}-${written++}.mjs`);
    writeFileSync(
      file,
      `export const threads = ${threads};
export function setup() { return { words: new Int32Array(new SharedArrayBuffer(4 * ${threads})) }; }
${body}`,
    );
    return file;
  }

  explored(
    file: string,
    options: Parameters<typeof exploration>[1] = {},
    schedules = 1000,
  ): Promise<ExplorationResult> {
    return exploration(file, { schedules, seed: 1, directory: this.directory, jobs: 1, ...options });
  }
}

let written = 0;
