/** Instances of modules: of a source, or with values that come from elsewhere (CommonJS, JSON, builtin). */

import { Cell } from './cell.ts';
import type { ModuleFile } from './compile.ts';
import { namespaceOf } from './namespace.ts';

export abstract class ModuleRecord {
  readonly url: string;
  private ownNamespace: object | undefined;
  private ownNamespaceCell: Cell | undefined;

  constructor(url: string) {
    this.url = url;
  }

  /** The binding of an exported name; undefined if there is none, `null` if two `export *` give different ones. */
  abstract resolve(name: string, seen?: Set<string>): Cell | null | undefined;

  /** It has been evaluated: values of constants stay. */
  abstract get isFinal(): boolean;

  /** A CommonJS module. */
  get isScript(): boolean {
    return false;
  }

  /** What all instances of the module share; undefined if its names may differ. */
  get source(): object | undefined {
    return undefined;
  }

  /** All exported names, without those that are ambiguous. */
  abstract names(seen?: Set<ModuleRecord>): Set<string>;

  get namespace(): object {
    this.ownNamespace ??= namespaceOf(this);
    return this.ownNamespace;
  }

  /** One for each module: two `export *` that give the same namespace agree. */
  get namespaceCell(): Cell {
    if (this.ownNamespaceCell === undefined) {
      this.ownNamespaceCell = new Cell('*', () => this.namespace, true);
      this.ownNamespaceCell.ready = true;
    }
    return this.ownNamespaceCell;
  }
}

/** A module whose exports are values that a function gives when it is evaluated. */
export class ValueRecord extends ModuleRecord {
  private readonly cells = new Map<string, Cell>();
  private readonly values = new Map<string, unknown>();
  private evaluateOnce: (() => ReadonlyMap<string, unknown>) | undefined;
  private failed: { readonly error: unknown } | undefined;

  /** @param evaluate gives the values; names that are not among `names` are left out */
  constructor(url: string, names: Iterable<string>, evaluate: () => ReadonlyMap<string, unknown>) {
    super(url);
    this.evaluateOnce = evaluate;
    for (const name of names) {
      this.cells.set(name, new Cell(name, () => this.values.get(name)));
    }
  }

  resolve(name: string): Cell | undefined {
    return this.cells.get(name);
  }

  names(): Set<string> {
    return new Set(this.cells.keys());
  }

  /** Runs once; its error is kept. */
  evaluate(): void {
    if (this.failed !== undefined) throw this.failed.error;
    if (this.evaluateOnce === undefined) return;
    const evaluate = this.evaluateOnce;
    this.evaluateOnce = undefined;
    try {
      this.set(evaluate());
    } catch (error) {
      this.failed = { error };
      throw error;
    }
  }

  /** Exports other values. */
  set(values: ReadonlyMap<string, unknown>): void {
    for (const [name, cell] of this.cells) {
      if (values.has(name)) this.values.set(name, values.get(name));
      cell.publish();
    }
  }

  override get isFinal(): boolean {
    return this.evaluateOnce === undefined && this.failed === undefined;
  }

  /** Nobody imports it any more. */
  forgetImporters(): void {
    for (const cell of this.cells.values()) cell.forgetImporters();
  }
}

/** Where a module of source stands, by the names of ECMA-262. */
export type Status = 'unlinked' | 'linked' | 'evaluating' | 'evaluating-async' | 'evaluated';

/** A module of source. What its evaluation needs has the names of ECMA-262's cyclic module records. */
export class SourceRecord extends ModuleRecord {
  readonly file: ModuleFile;
  status: Status = 'unlinked';
  /** In the order of `file.requests`; undefined until all of them have been found. */
  dependencies: readonly ModuleRecord[] | undefined;
  readonly cells: Cell[] = [];
  /** Of each import. */
  imported: readonly Cell[] = [];
  private setters: readonly ((value: unknown) => void)[] | undefined;
  private hasNoNamespaces = false;
  private body: Iterator<unknown> | (() => Promise<void>) | undefined;

  failed: { readonly error: unknown } | undefined;
  dfsIndex = 0;
  dfsAncestorIndex = 0;
  asyncOrder: number | undefined;
  pendingDependencies = 0;
  readonly asyncParents: SourceRecord[] = [];
  cycleRoot: SourceRecord | undefined;
  completion: PromiseWithResolvers<void> | undefined;

  constructor(url: string, file: ModuleFile) {
    super(url);
    this.file = file;
    for (const { name, isConstant } of file.locals) this.cells.push(new Cell(name, undefined, isConstant));
  }

  override get isFinal(): boolean {
    return this.status === 'evaluated' && this.failed === undefined;
  }

  override get source(): object {
    return this.file;
  }

  get isAsync(): boolean {
    return this.file.isAsync;
  }

  /** Makes the instance: its functions exist after this. */
  instantiate(meta: object): void {
    const link = (
      setters: readonly ((value: unknown) => void)[],
      getters: readonly (() => unknown)[],
      unnamed?: object,
    ): void => {
      this.setters = setters;
      if (unnamed !== undefined) {
        Object.defineProperty(unnamed, 'name', { value: 'default', configurable: true });
      }
      for (let i = 0; i < getters.length; i++) {
        this.cells[i].getter = getters[i];
        if (this.file.locals[i].isFunction) this.cells[i].publish();
      }
      // An async module is instantiated as it is evaluated.
      if (this.isAsync) this.bind('all');
    };
    const onAssigned = (value: unknown, cell: number): unknown => {
      this.cells[cell].publish();
      return value;
    };
    const { begin } = this.file;
    if (this.isAsync) {
      this.body = () => begin(link, onAssigned, meta) as Promise<void>;
      return;
    }
    this.body = begin(link, onAssigned, meta) as Iterator<unknown>;
    this.body.next();
  }

  /**
   * Gives its imports the values that there are, and those to come.
   * @param which namespaces are cheaper once their module has been evaluated
   */
  bind(which: 'all' | 'bindings' | 'namespaces'): void {
    if (this.setters === undefined) return;
    const { imports } = this.file;
    for (let i = 0; i < imports.length; i++) {
      if (which !== 'all' && (imports[i].name === '*') !== (which === 'namespaces')) continue;
      this.imported[i].subscribe(this.setters[i]);
    }
    if (which === 'bindings') this.hasNoNamespaces = true;
  }

  /** Runs its top level; a promise if that is asynchronous: `publishAll` is to follow it. */
  execute(): Promise<void> | undefined {
    const { body } = this;
    this.body = undefined;
    if (this.hasNoNamespaces) this.bind('namespaces');
    if (typeof body === 'function') return body();
    body?.next();
    this.publishAll();
    return undefined;
  }

  /** Its exports have their values, whatever has assigned them. */
  publishAll(): void {
    for (const cell of this.cells) cell.publish();
  }

  resolve(name: string, seen: Set<string> = new Set()): Cell | null | undefined {
    const { file } = this;
    const own = file.exports.get(name);
    if (own !== undefined) return this.cells[own];
    const key = `${this.url}\0${name}`;
    if (seen.has(key)) return undefined;
    seen.add(key);
    const forwarded = file.forwarded.get(name);
    if (forwarded !== undefined) return this.import(forwarded.request, forwarded.name, seen);
    if (name === 'default') return undefined;
    let found: Cell | undefined;
    for (const star of file.stars) {
      const cell = this.dependency(star).resolve(name, seen);
      if (cell === null) return null;
      if (cell === undefined) continue;
      if (found !== undefined && found !== cell) return null;
      found = cell;
    }
    return found;
  }

  /** The binding that it imports. */
  import(request: number, name: string, seen?: Set<string>): Cell | null | undefined {
    const module = this.dependency(request);
    return name === '*' ? module.namespaceCell : module.resolve(name, seen);
  }

  private dependency(request: number): ModuleRecord {
    return this.dependencies![request];
  }

  names(seen: Set<ModuleRecord> = new Set()): Set<string> {
    const { file } = this;
    const names = new Set([...file.exports.keys(), ...file.forwarded.keys()]);
    if (seen.has(this)) return new Set();
    seen.add(this);
    for (const star of file.stars) {
      for (const name of this.dependency(star).names(seen)) if (name !== 'default') names.add(name);
    }
    return names;
  }
}
