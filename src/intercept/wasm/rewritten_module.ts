import type { PlainAccesses } from '../../control/thread/plain_accesses.ts';
import type { ModuleConstructor } from './namespace.ts';
import { functionNames } from './rewrite/names.ts';
import { NOTE, Offsets, type RewriteNote } from './rewrite/note.ts';

/** What is known of a rewritten module, from its own sections: it may have been compiled in another thread. */
export class RewrittenModule {
  readonly note: RewriteNote;
  /** The original's section of names. */
  readonly names: ArrayBuffer | undefined;
  private readonly module: object;
  private readonly real: ModuleConstructor;
  private offsets: Offsets | undefined;
  private functions: Map<number, string> | undefined;
  private readonly sites: (number | undefined)[] = [];

  private constructor(module: object, facts: ArrayBuffer, real: ModuleConstructor) {
    this.module = module;
    this.real = real;
    this.note = JSON.parse(new TextDecoder().decode(facts)) as RewriteNote;
    this.names = real.customSections(module, NOTE.NAMES)[0];
  }

  /** undefined for a module that is as it was. */
  static of(module: object, real: ModuleConstructor): RewrittenModule | undefined {
    const [facts] = real.customSections(module, NOTE.FACTS);
    return facts && new RewrittenModule(module, facts, real);
  }

  /** Of an offset in the module as it runs, in the module as it was given. Bytes. */
  originalOffset(offset: number): number {
    this.offsets ??= new Offsets(this.section(NOTE.OFFSETS));
    return this.offsets.originalOf(offset);
  }

  /** The same of the number of a function. */
  originalFunction(index: number): number {
    const { importedFunctions, needs } = this.note;
    return index < importedFunctions ? index : index - needs.length;
  }

  /** The name of a function, by its number in the original. */
  functionName(index: number): string | undefined {
    this.functions ??= functionNames(new Uint8Array(this.names ?? new ArrayBuffer(0)));
    return this.functions.get(index);
  }

  /** The number of a plain access that is told, for all to whom it is told. */
  site(local: number, plain: PlainAccesses): number {
    let site = this.sites[local];
    if (site === undefined) {
      site = plain.site({ file: 'wasm', line: 0, column: this.note.sites[local] });
      this.sites[local] = site;
    }
    return site;
  }

  private section(name: string): Uint8Array {
    return new Uint8Array(this.real.customSections(this.module, name)[0]);
  }
}
