import type { ModuleRecord } from './records.ts';

/**
 * The namespace object of a module: no prototype, names in their order, cannot be extended or assigned, shows what the module
 * assigns later. For this its properties are accessors, unless none of them can change any more: then they are read-only data.
 * Those of a real one are data that say that they can be written.
 * @param more exports that the module itself does not have
 */
export function namespaceOf(module: ModuleRecord, more: ReadonlyMap<string, unknown> = new Map()): object {
  const names = sortedNames(module, more);
  const cells = names.map((name) => (more.has(name) ? undefined : module.resolve(name)));
  const isData = module.isFinal && cells.every((cell) => !cell || cell.isConstant);
  // V8 keeps the first kind small, and shares its shape among instances; accessors would make a shape for each of them.
  const namespace = (isData ? Object.setPrototypeOf({}, null) : Object.create(null)) as Record<
    string,
    unknown
  >;
  for (let i = 0; i < names.length; i++) {
    const cell = cells[i];
    if (more.has(names[i])) namespace[names[i]] = more.get(names[i]);
    // Ambiguous names are left out.
    else if (cell && isData) namespace[names[i]] = cell.get();
    else if (cell) {
      const get = cell.getter ?? ((): unknown => cell.get());
      Object.defineProperty(namespace, names[i], { get, enumerable: true });
    }
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
