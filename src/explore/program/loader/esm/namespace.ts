import type { Cell, ModuleRecord } from './records.ts';

/**
 * The namespace object of a module: no prototype, names in their order, cannot be extended, shows what is assigned later.
 * Its properties are accessors, where those of a real one are data.
 * @param more exports that the module itself does not have
 */
export function namespaceOf(module: ModuleRecord, more: ReadonlyMap<string, unknown> = new Map()): object {
  const namespace = Object.create(null) as object;
  const names = [...module.names(), ...more.keys()].sort(byCodeUnits);
  for (const name of names) {
    if (more.has(name)) {
      Object.defineProperty(namespace, name, { value: more.get(name), enumerable: true });
      continue;
    }
    const cell: Cell | null | undefined = module.resolve(name);
    // Ambiguous names are left out.
    if (cell === null || cell === undefined) continue;
    Object.defineProperty(namespace, name, { get: () => cell.get(), enumerable: true });
  }
  Object.defineProperty(namespace, Symbol.toStringTag, { value: 'Module' });
  return Object.preventExtensions(namespace);
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
