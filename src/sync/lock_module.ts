import { createRequire } from 'node:module';
import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LabError } from '../platform/error.ts';
import type { LockKind } from './lock.ts';

/** Kinds loaded from modules, by absolute path. */
const loaded = new Map<string, LockKind>();

/** True for what names a module and no built-in kind: a file URL, a path, or a file of JavaScript. */
export function isLockModule(choice: string): boolean {
  return choice.startsWith('file:') || /[/\\]/.test(choice) || /\.[cm]?[jt]s$/.test(choice);
}

/** How a module is written into a machine's RAM, so that every thread finds the same one: its absolute path. */
export function lockModulePath(choice: string): string {
  return choice.startsWith('file:') ? fileURLToPath(choice) : isAbsolute(choice) ? choice : resolve(choice);
}

/**
 * The lock kind that a module exports as `lockKind` or `default`.
 *
 * @throws `InvalidArgs` where the module cannot be loaded or exports no lock kind.
 */
export function requireLockKind(choice: string): LockKind {
  const path = lockModulePath(choice);
  const known = loaded.get(path);
  if (known !== undefined) return known;
  let module: Record<string, unknown>;
  try {
    module = createRequire(import.meta.url)(path);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new LabError('InvalidArgs', `lock module ${path} cannot be loaded: ${why}`, { cause });
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
  loaded.set(path, kind as LockKind);
  return kind as LockKind;
}
