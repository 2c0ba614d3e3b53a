import type { Cell } from './cell.ts';
import type { ModuleRecord } from './records.ts';

/**
 * The namespace object of a module: no prototype, names in their order, cannot be extended or assigned, shows what the module
 * assigns later. For this its properties are accessors where they may still change, and read-only data otherwise; those of a
 * real one are data that say that they can be written.
 * @param more exports that the module itself does not have
 */
export function namespaceOf(module: ModuleRecord, more: ReadonlyMap<string, unknown> = new Map()): object {
  // Unlike what `Object.create(null)` gives, an object that V8 keeps small.
  const namespace = Object.setPrototypeOf({}, null) as Record<string, unknown>;
  const { isFinal } = module;
  for (const name of sortedNames(module, more)) {
    if (more.has(name)) {
      namespace[name] = more.get(name);
      continue;
    }
    const cell: Cell | null | undefined = module.resolve(name);
    // Ambiguous names are left out.
    if (cell === null || cell === undefined) continue;
    if (isFinal && cell.isConstant) namespace[name] = cell.get();
    else Object.defineProperty(namespace, name, { get: cell.getter ?? (() => cell.get()), enumerable: true });
  }
  Object.defineProperty(namespace, Symbol.toStringTag, { value: 'Module' });
  return Object.freeze(namespace);
}

/** The names of a module are the same in all its instances. */
const namesByFile = new WeakMap<object, readonly string[]>();

function sortedNames(module: ModuleRecord, more: ReadonlyMap<string, unknown>): readonly string[] {
  const key = more.size === 0 ? module.source : undefined;
  let names = key && namesByFile.get(key);
  if (names === undefined) {
    names = [...module.names(), ...more.keys()].sort(byCodeUnits);
    if (key !== undefined) namesByFile.set(key, names);
  }
  return names;
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
