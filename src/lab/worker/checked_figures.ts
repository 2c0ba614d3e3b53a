import type { Oracle } from '../check/oracle.ts';
import type { WorkerBlock } from './worker_block.ts';

/** What an oracle has seen allocated and freed. */
type Checked = Pick<Oracle, 'allocs' | 'deallocs' | 'framesGiven' | 'framesTaken'>;

/** Leaves what a worker's oracle has seen in its block; zeros without an oracle. */
export function leaveChecked(block: WorkerBlock, oracle: Checked | null): void {
  block.setNumber('oracleAllocs', oracle?.allocs ?? 0);
  block.setNumber('oracleDeallocs', oracle?.deallocs ?? 0);
  block.setNumber('oracleFramesGiven', oracle?.framesGiven ?? 0);
  block.setNumber('oracleFramesTaken', oracle?.framesTaken ?? 0);
}

/** What the oracle of a worker's thread before had seen. */
export function checkedBefore(block: WorkerBlock): Checked {
  return {
    allocs: block.number('oracleAllocs'),
    deallocs: block.number('oracleDeallocs'),
    framesGiven: block.number('oracleFramesGiven'),
    framesTaken: block.number('oracleFramesTaken'),
  };
}
