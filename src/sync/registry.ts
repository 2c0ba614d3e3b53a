import { assertString } from '../platform/arguments.ts';
import { LabError } from '../platform/error.ts';
import { isModulePath } from '../platform/module_path.ts';
import { atomicsSyncMutex, atomicsSyncSpinlock, hasAtomicsSync } from './kinds/atomics_sync.ts';
import { mcs } from './kinds/mcs.ts';
import { park } from './kinds/park.ts';
import { tas } from './kinds/tas.ts';
import { ticket } from './kinds/ticket.ts';
import { ttas } from './kinds/ttas.ts';
import { ttasBackoff } from './kinds/ttas_backoff.ts';
import type { LockKind } from './lock.ts';
import { requireLockKind } from './lock_module.ts';

/** The lock that a machine uses unless told otherwise. */
export const DEFAULT_LOCK_KIND = 'park';

const OWN = [tas, ttas, ttasBackoff, ticket, mcs, park];
const OPTIONAL = [atomicsSyncSpinlock, atomicsSyncMutex];

const KINDS: ReadonlyMap<string, LockKind> = new Map([...OWN, ...OPTIONAL].map((kind) => [kind.name, kind]));

/** Every lock algorithm that can be used here, in the order that a list shows. */
export function lockKinds(): LockKind[] {
  return hasAtomicsSync() ? [...OWN, ...OPTIONAL] : OWN;
}

/** The kinds that need a package that is not installed. */
export function missingLockKinds(): LockKind[] {
  return hasAtomicsSync() ? [] : OPTIONAL;
}

/**
 * The algorithm of that name, or that the module at that path exports. One that needs a package says so only when
 * a lock of it is created.
 *
 * @throws `InvalidArgs` if there is none; the message lists the kinds that exist
 */
export function lockKind(name: string): LockKind {
  assertString(name, 'lock kind');
  const kind = KINDS.get(name);
  if (kind !== undefined) return kind;
  if (isModulePath(name)) return requireLockKind(name);
  throw new LabError(
    'InvalidArgs',
    `no lock kind '${name}'; there are ${[...KINDS.keys()].join(', ')}, or the path of a module (./my_lock.js)`,
  );
}
