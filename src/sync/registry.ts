import { LabError } from '../platform/error.ts';
import type { LockKind } from './lock.ts';
import { ttas } from './ttas.ts';

/** The lock that a machine uses unless told otherwise. */
export const DEFAULT_LOCK_KIND = 'ttas';

const KINDS: ReadonlyMap<string, LockKind> = new Map([ttas].map((kind) => [kind.name, kind]));

/** Every lock algorithm, in the order that a list shows. */
export function lockKinds(): LockKind[] {
  return [...KINDS.values()];
}

/** @throws `InvalidArgs` where there is no algorithm of that name; the message lists those that are. */
export function lockKind(name: string): LockKind {
  const kind = KINDS.get(name);
  if (kind === undefined) {
    throw new LabError('InvalidArgs', `no lock kind '${name}'; there are ${[...KINDS.keys()].join(', ')}`);
  }
  return kind;
}
