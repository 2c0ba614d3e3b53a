import type { Line } from './ledger/lines.ts';
import type { Slice } from './plan/plan.ts';

/** What came of a slice that was handed out. */
export type Handed =
  | { readonly type: 'lines'; readonly lines: readonly Line[] }
  /** It was begun and not ended: its worker died, or its threads were given no time. */
  | { readonly type: 'lost'; readonly why: string };

/** Hands slices out to whatever does them: processes on this machine, or a queue that any machine takes from. */
export interface Engine {
  /** Slices that may be under way at the same time. */
  readonly width: number;
  /** Resolves when it ended. @throws where no slice can be done any more */
  do(slice: Slice): Promise<Handed>;
  /** Takes back the slices that were handed out and not begun: they end without a line. */
  withdraw(): void;
  /** Ends the slices that are under way; what they found is kept. */
  stop(): void;
  close(): Promise<void>;
}
