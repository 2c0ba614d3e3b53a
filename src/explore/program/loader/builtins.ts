/** Builtin modules: the one real instance of each. */
import { createRequire } from 'node:module';
import { ValueRecord } from './esm/records.ts';

const realRequire = createRequire(import.meta.url);

/** The value of a builtin module, by its name, with or without `node:`. */
export type BuiltinValue = (name: string) => unknown;

interface Facade {
  readonly value: object;
  readonly record: ValueRecord;
  /** Names of data properties: accessors are read once, for some of them have effects. */
  readonly names: readonly string[];
  readonly values: Map<string, unknown>;
}

export class Builtins {
  private readonly builtin: BuiltinValue;
  private readonly facades = new Map<string, Facade>();

  constructor(value: BuiltinValue = realRequire) {
    this.builtin = value;
  }

  /** As `require` gives it. */
  value(name: string): unknown {
    return this.facade(name).value;
  }

  /** As `import` gives it. The instance is the same for all runs. */
  record(name: string): ValueRecord {
    return this.facade(name).record;
  }

  /** Takes the exports as they are now, as `syncBuiltinESMExports` does. */
  sync(): void {
    for (const { value, record, names, values } of this.facades.values()) {
      let changed = false;
      for (const name of names) {
        const now = (value as Record<string, unknown>)[name];
        if (values.get(name) === now) continue;
        values.set(name, now);
        changed = true;
      }
      if (changed) record.set(values);
    }
  }

  fresh(): void {
    for (const { record } of this.facades.values()) record.forgetImporters();
    this.sync();
  }

  /** Made when a program first asks for the module: exports are those of that moment, as in Node.js. */
  private facade(name: string): Facade {
    const key = name.startsWith('node:') ? name : `node:${name}`;
    let facade = this.facades.get(key);
    if (facade === undefined) {
      const value = this.builtin(name) as object;
      const exports = Object.getOwnPropertyDescriptors(value);
      const all = Object.keys(value).filter((export_) => export_ !== 'default');
      const values = new Map<string, unknown>([['default', value]]);
      for (const export_ of all) values.set(export_, read(value, export_));
      const record = new ValueRecord(key, ['default', ...all], () => values);
      const names = all.filter((export_) => 'value' in exports[export_]);
      facade = { value, record, names, values };
      record.evaluate();
      this.facades.set(key, facade);
    }
    return facade;
  }
}

function read(value: object, name: string): unknown {
  try {
    return (value as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}
