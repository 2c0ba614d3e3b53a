import { createRequire } from 'node:module';
import { causeText } from '../platform/arguments.ts';
import { LabError } from '../platform/error.ts';
import { filePath, moduleQuery } from '../platform/module_path.ts';
import type { LockKind } from './lock.ts';

/** Kinds loaded from modules, by absolute path. */
const loaded = new Map<string, LockKind>();

/**
 * The lock kind that a module exports as `lockKind` or `default`. Here its name is the module's absolute path: a
 * machine keeps the name in its RAM, and every thread that attaches must find the same kind by it. The locks that
 * it creates go by the kind's own name.
 *
 * @throws `InvalidArgs` if the module cannot be loaded or exports no lock kind.
 */
export function requireLockKind(choice: string): LockKind {
  if (moduleQuery(choice) !== '') {
    throw new LabError(
      'InvalidArgs',
      `lock module ${choice}: is loaded without waiting, which keeps no query`,
    );
  }
  const path = pathOf(choice);
  const known = loaded.get(path);
  if (known !== undefined) return known;
  let module: Record<string, unknown>;
  try {
    module = createRequire(import.meta.url)(path);
  } catch (cause) {
    throw unloadable(path, cause);
  }
  const kind = (module.lockKind ?? module.default) as Partial<LockKind> | undefined;
  if (
    typeof kind?.name !== 'string' ||
    typeof kind.words !== 'function' ||
    typeof kind.create !== 'function'
  ) {
    throw new LabError(
      'InvalidArgs',
      `module ${path}: exports no lock kind; its 'lockKind' or 'default' export needs name, words() and create()`,
    );
  }
  const { description = '', words, create } = kind as LockKind;
  const found: LockKind = {
    name: path,
    description,
    words: (cpus) => words.call(kind, cpus),
    create: (site) => create.call(kind, site),
  };
  loaded.set(path, found);
  return found;
}

function pathOf(choice: string): string {
  try {
    return filePath(choice);
  } catch (cause) {
    throw unloadable(choice, cause);
  }
}

function unloadable(path: string, cause: unknown): LabError {
  return new LabError('InvalidArgs', `lock module ${path} cannot be loaded: ${causeText(cause)}`, { cause });
}
