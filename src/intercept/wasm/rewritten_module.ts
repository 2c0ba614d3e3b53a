import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { AccessSite, PlainAccesses } from '../../control/thread/plain_accesses.ts';
import { DwarfLines } from './dwarf_lines.ts';
import type { ModuleConstructor } from './namespace.ts';
import { Reader } from './rewrite/bytes.ts';
import { functionNames, moduleName } from './rewrite/names.ts';
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
  private lines: DwarfLines | undefined;
  private readonly files = new Map<string, string>();
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

  /**
   * Where something is, by the numbers of the function and the byte in the original: a line of its source, where the module has
   * such; else line 0, and the byte as the column.
   */
  place(index: number, offset: number): AccessSite & { readonly name: string } {
    this.functions ??= functionNames(new Uint8Array(this.names ?? new ArrayBuffer(0)));
    const name = this.functions.get(index) ?? `wasm-function[${index}]`;
    this.lines ??= new DwarfLines(this.section('.debug_line'), {
      lines: this.section('.debug_line_str'),
      texts: this.section('.debug_str'),
    });
    const line = this.lines.at(offset - this.note.code);
    if (line === undefined || line.file === '')
      return { file: this.file, line: 0, column: offset - this.shift, name };
    return { file: this.sourceFile(line.file), line: line.line, column: Math.max(1, line.column), name };
  }

  /** Of the module, where it is known. */
  private get path(): string | undefined {
    const [path] = this.real.customSections(this.module, NOTE.PATH);
    return path && new TextDecoder().decode(path);
  }

  private get shift(): number {
    const reader = new Reader(this.section(NOTE.SHIFT));
    return reader.more ? reader.u32() : 0;
  }

  private get file(): string {
    return this.path ?? `wasm:${moduleName(new Uint8Array(this.names ?? new ArrayBuffer(0))) ?? 'module'}`;
  }

  /** A relative name is one from the folder in which the compiler ran: the module's own, or the present one. */
  private sourceFile(name: string): string {
    const known = this.files.get(name);
    if (known !== undefined) return known;
    const folders = this.path === undefined ? [] : [dirname(this.path)];
    const all = [...folders, process.cwd()].map((folder) => resolve(folder, name));
    const file = all.find((one) => existsSync(one)) ?? all[0];
    this.files.set(name, file);
    return file;
  }

  /** The number of a plain access that is told, for all to whom it is told. */
  site(local: number, plain: PlainAccesses): number {
    let site = this.sites[local];
    if (site === undefined) {
      const { sites } = this.note;
      site = plain.site(this.place(sites[2 * local], sites[2 * local + 1]));
      this.sites[local] = site;
    }
    return site;
  }

  private section(name: string): Uint8Array {
    return new Uint8Array(this.real.customSections(this.module, name)[0] ?? new ArrayBuffer(0));
  }
}
