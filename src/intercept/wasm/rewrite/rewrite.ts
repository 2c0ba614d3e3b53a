/**
 * A WebAssembly module whose accesses of shared memory are seen: each atomic instruction becomes a call of a function that
 * is added to the imports, and plain accesses are told before they happen, where that is asked for. The rest is as it was.
 */
import { Reader, skipType, Unreadable, Writer } from './bytes.ts';
import { CodeRewriter, type OffsetMap } from './code.ts';
import { Instruction, OP } from './instruction.ts';
import { renumberNames } from './names.ts';
import { Needs } from './needs.ts';
import { type KeptMemory, NOTE, OWN_MODULE, type RewriteNote } from './note.ts';
import { EXTERNAL, SECTION, type Section, type Shape, shapeOf } from './shape.ts';

/**
 * The rewritten module; undefined where there is nothing to rewrite. `bytes` is valid.
 *
 * @param plain plain accesses are to be told
 * @throws Unreadable for what is not known, by its name
 */
export function rewrite(bytes: Uint8Array, plain: boolean): Uint8Array | undefined {
  const shape = shapeOf(bytes);
  if (!shape.memories.some(({ shared }) => shared)) return undefined;
  const code = shape.sections.find(({ id }) => id === SECTION.CODE);
  if (code === undefined) return undefined;
  const needs = new Needs(shape.memories);
  const rewritten = (added: number): CodeRewriter => {
    const rewriter = new CodeRewriter({ shape, needs, added, plain });
    rewriter.rewrite(new Reader(bytes, code.start, code.end));
    return rewriter;
  };
  // How many functions are added must be known before the first call is written.
  rewritten(0);
  if (needs.all.length === 0) return undefined;
  return new Assembly(shape, needs, rewritten(needs.all.length)).write();
}

/** Puts the new module together, section by section. */
class Assembly {
  private readonly shape: Shape;
  private readonly needs: Needs;
  private readonly code: CodeRewriter;
  private readonly out: Writer;
  private codeAt = 0;

  constructor(shape: Shape, needs: Needs, code: CodeRewriter) {
    this.shape = shape;
    this.needs = needs;
    this.code = code;
    this.out = new Writer(shape.bytes.length + code.code.length + 4096);
  }

  write(): Uint8Array {
    const { shape, out } = this;
    out.append(shape.bytes, 0, 8);
    const hasImports = shape.sections.some(({ id }) => id === SECTION.IMPORT);
    let name: Uint8Array | undefined;
    for (const section of shape.sections) {
      const content = new Reader(shape.bytes, section.start, section.end);
      if (section.id === SECTION.CUSTOM && isNames(content)) {
        name = shape.bytes.subarray(content.at, section.end);
        this.names(name);
      } else this.section(section, content);
      if (section.id === SECTION.TYPE && !hasImports) this.imports(undefined);
    }
    this.notes(name);
    return out.done();
  }

  private section(section: Section, content: Reader): void {
    const { shape, out } = this;
    const write = this.rewriterOf(section.id);
    if (write !== undefined) this.emit(section.id, (writer) => write(content, writer));
    else if (section.id === SECTION.TYPE) this.types(content);
    else if (section.id === SECTION.IMPORT) this.imports(content);
    else if (section.id === SECTION.CODE) {
      out.byte(SECTION.CODE);
      out.u32(this.code.code.length);
      this.codeAt = out.length;
      out.append(this.code.code.done());
    } else if (section.id !== SECTION.MEMORY) {
      // The module's own memories are imported now.
      out.append(shape.bytes, section.header, section.end);
    }
  }

  /** Those in which nothing changes but the numbers of functions. */
  private rewriterOf(id: number): ((content: Reader, writer: Writer) => void) | undefined {
    switch (id) {
      case SECTION.TABLE:
        return (content, writer) => this.tables(content, writer);
      case SECTION.GLOBAL:
        return (content, writer) => this.globals(content, writer);
      case SECTION.EXPORT:
        return (content, writer) => this.exports(content, writer);
      case SECTION.START:
        return (content, writer) => writer.u32(this.moved(content.u32()));
      case SECTION.ELEMENT:
        return (content, writer) => this.elements(content, writer);
      default:
        return undefined;
    }
  }

  private emit(id: number, write: (writer: Writer) => void): void {
    const writer = new Writer();
    write(writer);
    this.out.byte(id);
    this.out.vector(writer.done());
  }

  private moved(index: number): number {
    return index < this.shape.importedFunctions ? index : index + this.needs.all.length;
  }

  private types(content: Reader): void {
    const count = content.u32();
    this.emit(SECTION.TYPE, (writer) => {
      writer.u32(count + this.needs.all.length);
      writer.append(content.bytes, content.at, content.end);
      this.needs.writeTypes(writer);
    });
  }

  /** The module's own imports, its memories, and what is added. */
  private imports(content: Reader | undefined): void {
    const { shape, needs } = this;
    const own = shape.memories.flatMap((memory, i) => (memory.from === undefined ? [{ memory, i }] : []));
    this.emit(SECTION.IMPORT, (writer) => {
      writer.u32((content?.u32() ?? 0) + own.length + needs.all.length);
      if (content !== undefined) writer.append(content.bytes, content.at, content.end);
      for (const { memory, i } of own) {
        writer.name(OWN_MODULE);
        writer.name(`memory ${i}`);
        writer.byte(EXTERNAL.MEMORY);
        writer.append(memory.limits);
      }
      needs.all.forEach((_, i) => {
        writer.name(OWN_MODULE);
        writer.name(String(i));
        writer.byte(EXTERNAL.FUNCTION);
        writer.u32(shape.parameters.length + i);
      });
    });
  }

  private tables(content: Reader, writer: Writer): void {
    copyCount(content, writer, () => {
      const start = content.at;
      const hasValue = content.bytes[content.at] === 0x40;
      if (hasValue) content.skip(2);
      skipType(content);
      const flags = content.u32();
      content.skipNumber();
      if ((flags & 1) !== 0) content.skipNumber();
      writer.append(content.bytes, start, content.at);
      if (hasValue) this.expression(content, writer);
    });
  }

  private globals(content: Reader, writer: Writer): void {
    copyCount(content, writer, () => {
      const start = content.at;
      skipType(content);
      content.skip(1);
      writer.append(content.bytes, start, content.at);
      this.expression(content, writer);
    });
  }

  private exports(content: Reader, writer: Writer): void {
    copyCount(content, writer, () => {
      writer.vector(content.vector());
      const kind = content.byte();
      writer.byte(kind);
      const index = content.u32();
      writer.u32(kind === EXTERNAL.FUNCTION ? this.moved(index) : index);
    });
  }

  /** Core specification, 5.5.12: what follows is said by three bits. */
  private elements(content: Reader, writer: Writer): void {
    copyCount(content, writer, () => {
      const flags = content.u32();
      if (flags > 7) throw new Unreadable(`it has table elements of the unknown kind ${flags}`);
      writer.u32(flags);
      const passive = (flags & 1) !== 0;
      const explicit = (flags & 2) !== 0;
      const expressions = (flags & 4) !== 0;
      if (!passive) {
        if (explicit) writer.u32(content.u32());
        this.expression(content, writer);
      }
      if (passive || explicit) {
        const start = content.at;
        if (expressions) skipType(content);
        else content.skip(1);
        writer.append(content.bytes, start, content.at);
      }
      copyCount(content, writer, () => {
        if (expressions) this.expression(content, writer);
        else writer.u32(this.moved(content.u32()));
      });
    });
  }

  /** A constant expression, up to its end. */
  private expression(content: Reader, writer: Writer): void {
    const instruction = new Instruction(content, this.shape.memories);
    do {
      instruction.next();
      if (instruction.opcode === OP.REF_FUNC) {
        writer.byte(OP.REF_FUNC);
        writer.u32(this.moved(instruction.index));
      } else writer.append(content.bytes, instruction.start, instruction.end);
    } while (instruction.opcode !== OP.END);
  }

  private names(section: Uint8Array): void {
    let names = section;
    try {
      names = renumberNames(section, this.shape.importedFunctions, this.needs.all.length);
    } catch (error) {
      // A damaged section of names is no error of a module.
      if (!(error instanceof Unreadable)) throw error;
    }
    this.custom('name', names);
  }

  private custom(name: string, content: Uint8Array): void {
    this.emit(SECTION.CUSTOM, (writer) => {
      writer.name(name);
      writer.append(content);
    });
  }

  /** What must be known of the module where it is instantiated, which may be in another thread. */
  private notes(name: Uint8Array | undefined): void {
    const { shape, needs, code, codeAt } = this;
    const note: RewriteNote = {
      importedFunctions: shape.importedFunctions,
      imports: shape.imports,
      needs: needs.all,
      memories: shape.memories.map(keptMemory),
      sites: code.sites,
      code: shape.sections.find(({ id }) => id === SECTION.CODE)?.start ?? 0,
    };
    this.custom(NOTE.FACTS, new TextEncoder().encode(JSON.stringify(note)));
    this.custom(NOTE.OFFSETS, packOffsets(code.map, codeAt));
    if (name !== undefined) this.custom(NOTE.NAMES, name);
  }
}

function keptMemory({ shared, is64, from, limits }: Shape['memories'][number]): KeptMemory {
  const reader = new Reader(limits);
  const hasMaximum = (reader.u32() & 1) !== 0;
  const number = (): number => Number(reader.u64());
  const initial = number();
  return { shared, is64, from, initial, maximum: hasMaximum ? number() : undefined };
}

function isNames(content: Reader): boolean {
  return content.name() === 'name';
}

function copyCount(content: Reader, writer: Writer, copy: () => void): void {
  const count = content.u32();
  writer.u32(count);
  for (let i = 0; i < count; i++) copy();
}

/** Each as the distance to the one before. */
function packOffsets(map: OffsetMap, base: number): Uint8Array {
  const writer = new Writer(map.length * 2);
  let before = 0;
  let originalBefore = 0;
  for (let i = 0; i < map.length; i += 2) {
    writer.u32(map[i] + base - before);
    writer.s32(map[i + 1] - originalBefore);
    before = map[i] + base;
    originalBefore = map[i + 1];
  }
  return writer.done();
}
