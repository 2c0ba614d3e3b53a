/** How often a bug is found by a strategy, as it was published: schedules to the first, on the average; null for never. */
export interface Published {
  readonly surw?: number | null;
  readonly pos?: number | null;
  readonly pct?: number | null;
  readonly random?: number | null;
}

/** A program of the bench, with a bug that is known. */
export interface Program {
  readonly name: string;
  /** Its module beside this file, with what it is told. */
  readonly module: string;
  /** What its bug ends in: an assertion that fails, in a thread or in the check, or threads that wait for ever. */
  readonly ends: 'assertion' | 'deadlock' | 'either';
  /** All, with the main thread; undefined for what its module says. */
  readonly threads?: number;
  readonly published?: Published;
}

type Row = readonly [
  name: string,
  module: string,
  ends: Program['ends'],
  threads: number,
  published?: Published,
];

const means = (surw: number, pos: number | null, pct: number | null, random: number | null): Published => ({
  surw,
  pos,
  pct,
  random,
});

/**
 * Where published figures come from: the evaluation of SURW (Zhao, Wolff, Mathur, Roychoudhury, "Selectively uniform
 * concurrency testing", ASPLOS 2025). It counts schedules to the first bug, and has depth 3 for PCT.
 */
const ROWS: readonly Row[] = [
  ['account', 'account.js', 'assertion', 4, { surw: 5.8 }],
  ['arithmetic_prog', 'arithmetic_prog.js', 'assertion', 3],
  ['bluetooth_driver', 'bluetooth_driver.js', 'assertion', 2, means(70, 36, 112, 215)],
  ['boundedBuffer', 'bounded_buffer.js', 'assertion', 5, means(9, 5, 20, 7)],
  ['carter01', 'carter01.js', 'deadlock', 5],
  ['circular_buffer', 'circular_buffer.js', 'assertion', 3, means(3, 2, 9, 4)],
  ['deadlock01', 'deadlock01.js', 'deadlock', 3, means(2, 4, 13, 3)],
  ...[2, 3, 4, 5, 6, 7].map(
    (n): Row => [`din_phil${n}_sat`, `din_phil.js?philosophers=${n}`, 'assertion', n + 1],
  ),
  ['fsbench', 'fsbench.js', 'assertion', 28],
  ['lazy01', 'lazy01.js', 'assertion', 4, means(2, 5, 5, 21)],
  ['phase01', 'phase01.js', 'deadlock', 3],
  ['queue', 'queue.js', 'assertion', 3, means(2, 1, 3, 1)],
  ['reorder_3', 'reorder.js?setters=2', 'assertion', 4, means(7, 86, 185, null)],
  ['reorder_4', 'reorder.js?setters=3', 'assertion', 5, means(7, 533, 554, null)],
  ['reorder_5', 'reorder.js?setters=4', 'assertion', 6, means(10, 2169, 647, null)],
  ['reorder_10', 'reorder.js?setters=9', 'assertion', 11, means(17, null, 3225, null)],
  ['reorder_15', 'reorder.js?setters=14', 'assertion', 16],
  ['reorder_20', 'reorder.js?setters=19', 'assertion', 21],
  ['reorder_100', 'reorder.js?setters=99', 'assertion', 101],
  ['stack', 'stack.js', 'assertion', 3],
  ['stringbuffer', 'stringbuffer.js', 'assertion', 2, means(8, 23, 281, 2243)],
  ['sync01', 'sync01.js', 'deadlock', 3],
  ['sync02', 'sync02.js', 'deadlock', 3],
  ['token_ring', 'token_ring.js', 'assertion', 5, means(8, 9, 8, 13)],
  ['twostage', 'twostage.js', 'assertion', 3, means(8, 15, 13, 464)],
  ['twostage_10', 'twostage.js?writers=9', 'assertion', 11],
  ['twostage_15', 'twostage.js?writers=14', 'assertion', 16],
  ['twostage_20', 'twostage.js?writers=19', 'assertion', 21],
  ['twostage_100', 'twostage.js?writers=99', 'assertion', 101],
  ['wronglock', 'wronglock.js', 'assertion', 9],
  ['wronglock_3', 'wronglock.js?others=3', 'assertion', 5, means(9, 11, 58, 36)],
  ['WSQ', 'work_stealing_queue.js', 'assertion', 2, { surw: 6 }],
  ['IWSQ', 'work_stealing_queue.js?spins=1', 'assertion', 2, { surw: 6 }],
  ['SWSQ', 'work_stealing_queue.js?spins=1&thieves=2&pushesFirst=1', 'assertion', 3],
];

export const PROGRAMS: readonly Program[] = ROWS.map(([name, module, ends, threads, published]) => ({
  name,
  module,
  ends,
  threads,
  published,
}));

/** A program that is not of the bench, by the address of its module. */
export function ownProgram(url: string): Program {
  const name = decodeURIComponent(url.slice(url.lastIndexOf('/') + 1)).replace(/\.[cm]?js/, '');
  return { name, module: url, ends: 'either' };
}

/** The address of a program's module, as the explorer takes it. @param fixed without its bug */
export function programUrl({ module }: Program, fixed: boolean): string {
  const url = new URL(module, import.meta.url);
  if (fixed) url.searchParams.set('fixed', '');
  return url.href;
}
