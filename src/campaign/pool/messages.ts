import type { Line } from '../ledger/lines.ts';

/** What a process of the pool is told. */
export type ToChild = { readonly type: 'do'; readonly slice: string } | { readonly type: 'stop' };

/** What it answers. `failed`: the slice was not done; `fatal`: it makes no sense to go on. */
export type FromChild =
  | { readonly type: 'lines'; readonly lines: readonly Line[] }
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'fatal'; readonly message: string };
