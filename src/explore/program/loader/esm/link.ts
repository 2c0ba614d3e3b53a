/** Finds all modules that a module imports, and binds what they import to what is exported. */
import { nameNotFound } from '../node/errors.ts';
import type { Cell } from './cell.ts';
import { type ModuleRecord, SourceRecord } from './records.ts';

/** What linking needs of the set of instances. */
export interface LinkHost {
  /** The instance of an imported module. @throws Node.js's errors for what is not found */
  load(specifier: string, parent: string, attributes: Readonly<Record<string, string>>): ModuleRecord;
  meta(url: string): object;
}

const NO_META = {};

/** @throws Node.js's errors for what is not found, SyntaxError for names that are not exported */
export function link(root: ModuleRecord, host: LinkHost): void {
  const found: SourceRecord[] = [];
  const hasCycle = collect(root, host, found, new Map());
  for (const module of found) module.imported = importedBy(module);
  // Only now: nothing that fails above has run anything.
  for (const module of found) {
    module.instantiate(module.file.usesMeta ? host.meta(module.url) : NO_META);
    module.status = 'linked';
  }
  // In a cycle, functions of a module may be called, and use its imports, before it is evaluated.
  for (const module of found) if (!module.isAsync) module.bind(hasCycle ? 'all' : 'bindings');
}

/**
 * Modules that are not linked yet, those that are imported first.
 * @param done modules that were met, and whether all that they import has been
 * @returns true if modules import one another
 */
function collect(
  module: ModuleRecord,
  host: LinkHost,
  found: SourceRecord[],
  done: Map<ModuleRecord, boolean>,
): boolean {
  if (!(module instanceof SourceRecord) || module.status !== 'unlinked') return false;
  const known = done.get(module);
  if (known !== undefined) return !known;
  done.set(module, false);
  const { requests } = module.file;
  module.dependencies ??= requests.map(({ specifier, attributes }) =>
    host.load(specifier, module.url, attributes),
  );
  let hasCycle = false;
  for (const dependency of module.dependencies) {
    if (collect(dependency, host, found, done)) hasCycle = true;
  }
  done.set(module, true);
  found.push(module);
  return hasCycle;
}

function importedBy(module: SourceRecord): Cell[] {
  const { imports, forwarded, requests } = module.file;
  const check = (request: number, name: string): Cell => {
    const cell = module.import(request, name);
    if (cell) return cell;
    const { specifier } = requests[request];
    if (module.dependencies![request].isScript)
      throw nameNotFound(name, specifier, patternOf(module, request));
    throw new SyntaxError(
      cell === null
        ? `The requested module '${specifier}' contains conflicting star exports for name '${name}'`
        : `The requested module '${specifier}' does not provide an export named '${name}'`,
    );
  };
  for (const { request, name } of forwarded.values()) check(request, name);
  return imports.map(({ request, name }) => check(request, name));
}

function patternOf(module: SourceRecord, request: number): string {
  const taken = module.file.imports.filter((each) => each.request === request && each.name !== 'default');
  return `{ ${taken.map(({ name, local }) => (name === local ? name : `${name}: ${local}`)).join(', ')} }`;
}
