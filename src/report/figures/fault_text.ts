import type { FaultResult } from '../../results/fault_result.ts';
import { formatCount, formatNs } from './format.ts';

/** When a fault came, and where: `at 1.2 s, in operation 5,000 (alloc)`. */
export function faultWhen({ atMs, operation, operationKind, place, nth, moment }: FaultResult): string {
  const aimed = place === null ? '' : `${moment} ${place} ${nth}`;
  if (atMs === null) return aimed;
  const kind = operationKind === null ? '' : ` (${operationKind})`;
  const where = operation === null ? '' : `, in operation ${formatCount(operation)}${kind}`;
  return `at ${formatNs(atMs * 1e6)}${where}${aimed === '' ? '' : `, ${aimed}`}`;
}
