import { allocatorTypes } from '../../src/allocators/registry.ts';
import { type BenchOptions, DEFAULT_SECTIONS } from '../figures/bench_options.ts';
import { ROWS } from '../rows/registry.ts';

/** The arguments of `framelab` that measure the same again. */
export function benchArguments(options: BenchOptions): string[] {
  const { quick, sections, rows, allocators, locks, choosesLocks, threads, runs, memoryBytes } = options;
  const some = (name: string, chosen: readonly string[], all: number) =>
    chosen.length === all ? [] : [`--${name}`, chosen.join(',')];
  return [
    'bench',
    ...(quick ? ['--quick'] : []),
    ...(sections.join() === DEFAULT_SECTIONS.join() ? [] : ['--sections', sections.join(',')]),
    ...some('rows', rows, ROWS.length),
    ...some('allocator', allocators, allocatorTypes().length),
    ...(choosesLocks ? ['--lock', locks.join(',')] : []),
    '--threads',
    threads.join(','),
    ...(options.repeatsAll ? ['--runs', `${runs}`] : []),
    '--memory',
    `${memoryBytes}`,
  ];
}
