import type { OperationResult } from '../../results/run_result.ts';

/** Kinds of operation in the order of interest: what allocates first, each group in the order of the workload. */
export function allocationsFirst(operations: readonly OperationResult[]): OperationResult[] {
  return [...operations].sort((a, b) => Number(isAllocation(b)) - Number(isAllocation(a)));
}

/** The kind whose latency says most: the commonest one that allocates, or else the commonest; null if none was timed. */
export function leadingOperation(operations: readonly OperationResult[]): OperationResult | null {
  const timed = operations.filter(({ count, latency }) => count > 0 && latency !== null);
  const byCount = timed.sort((a, b) => b.count - a.count);
  return byCount.find(isAllocation) ?? byCount.at(0) ?? null;
}

function isAllocation({ kind }: OperationResult): boolean {
  return kind.startsWith('alloc');
}
