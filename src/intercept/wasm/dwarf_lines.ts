/**
 * The lines of the source of a WebAssembly module, from its section `.debug_line` (DWARF 2 to 5, 6.2 in version 5). Addresses are
 * offsets in the content of the section of code.
 */
import { Reader } from './rewrite/bytes.ts';

export interface SourceLine {
  /** As the compiler was given it: maybe relative to a folder that is not known. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

interface Row extends SourceLine {
  readonly address: number;
  /** Nothing is known from here on. */
  readonly isEnd: boolean;
}

/** The sections that hold texts, for version 5. */
export interface DebugTexts {
  readonly lines: Uint8Array;
  readonly texts: Uint8Array;
}

export class DwarfLines {
  private readonly rows: Row[] = [];

  constructor(section: Uint8Array, texts: DebugTexts) {
    const reader = new Reader(section);
    try {
      while (reader.more) {
        const length = u32(reader);
        const unit = new Reader(section, reader.at, reader.at + length);
        reader.skip(length);
        readUnit(unit, texts, this.rows);
      }
    } catch {
      // What was read so far is right; 64-bit sections and damaged ones are not read.
    }
    this.rows.sort((a, b) => a.address - b.address || Number(b.isEnd) - Number(a.isEnd));
  }

  /** Of an offset in the content of the section of code. */
  at(address: number): SourceLine | undefined {
    let low = 0;
    let high = this.rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.rows[middle].address <= address) low = middle + 1;
      else high = middle;
    }
    const row = this.rows[low - 1];
    return row === undefined || row.isEnd ? undefined : row;
  }
}

interface Header {
  readonly reader: Reader;
  readonly instructionBytes: number;
  readonly lineBase: number;
  readonly lineRange: number;
  readonly opcodeBase: number;
  readonly operands: readonly number[];
  /** By number, from 0. */
  readonly files: readonly string[];
}

function readUnit(reader: Reader, texts: DebugTexts, rows: Row[]): void {
  const version = u16(reader);
  if (version < 2 || version > 5) return;
  // The sizes of addresses and of segment selectors.
  if (version >= 5) reader.skip(2);
  const length = u32(reader);
  const program = reader.at + length;
  const instructionBytes = reader.byte();
  if (version >= 4) reader.skip(1);
  reader.skip(1);
  const lineBase = (reader.byte() << 24) >> 24;
  const lineRange = reader.byte();
  const opcodeBase = reader.byte();
  const operands = Array.from({ length: opcodeBase - 1 }, () => reader.byte());
  const files = version >= 5 ? readTables(reader, texts) : readLists(reader);
  reader.at = program;
  runProgram({ reader, instructionBytes, lineBase, lineRange, opcodeBase, operands, files }, rows);
}

/** Versions 2 to 4: folders and files end with an empty name; folder 0 is the compiler's own. */
function readLists(reader: Reader): string[] {
  const folders = [''];
  for (let name = text(reader); name !== ''; name = text(reader)) folders.push(name);
  const files = [''];
  for (let name = text(reader); name !== ''; name = text(reader)) {
    files.push(join(folders[reader.u32()] ?? '', name));
    reader.skipNumber();
    reader.skipNumber();
  }
  return files;
}

const PATH = 1;
const FOLDER = 2;

/** Version 5: each table says what its entries hold. */
function readTables(reader: Reader, texts: DebugTexts): string[] {
  const table = (): Map<number, string | number>[] => {
    const formats = Array.from({ length: reader.byte() }, () => [reader.u32(), reader.u32()] as const);
    return Array.from(
      { length: reader.u32() },
      () => new Map(formats.map(([content, form]) => [content, readForm(reader, form, texts)])),
    );
  };
  const folders = table().map((entry) => String(entry.get(PATH) ?? ''));
  // Folder 0 is where the compiler ran; others may be relative to it.
  const within = folders.map((folder, i) => (i === 0 ? folder : join(folders[0], folder)));
  return table().map((entry) =>
    join(within[Number(entry.get(FOLDER) ?? 0)] ?? '', String(entry.get(PATH) ?? '')),
  );
}

function readForm(reader: Reader, form: number, { lines, texts }: DebugTexts): string | number {
  switch (form) {
    case 0x08:
      return text(reader);
    case 0x0b:
      return reader.byte();
    case 0x05:
      return u16(reader);
    case 0x06:
      return u32(reader);
    case 0x0f:
      return reader.u32();
    case 0x0e:
      return text(new Reader(texts, u32(reader)));
    case 0x1f:
      return text(new Reader(lines, u32(reader)));
    case 0x1e:
      reader.skip(16);
      return 0;
    default:
      throw new Error(`a form ${form} that is not known here`);
  }
}

/** The state machine of 6.2.2, as far as it tells lines. */
class Machine {
  address = 0;
  file = 1;
  line = 1;
  column = 0;
  private readonly rows: Row[];
  private readonly files: readonly string[];

  constructor(files: readonly string[], rows: Row[]) {
    this.files = files;
    this.rows = rows;
  }

  emit(isEnd = false): void {
    const { address, line, column } = this;
    // Line 0 is nobody's: what was before goes on.
    if (line > 0 || isEnd)
      this.rows.push({ address, file: this.files[this.file] ?? '', line, column, isEnd });
  }

  begin(): void {
    this.address = 0;
    this.file = 1;
    this.line = 1;
    this.column = 0;
  }
}

function runProgram(header: Header, rows: Row[]): void {
  const { reader, instructionBytes, lineBase, lineRange, opcodeBase, operands, files } = header;
  const machine = new Machine(files, rows);
  const advance = (special: number): number =>
    Math.floor((special - opcodeBase) / lineRange) * instructionBytes;
  while (reader.more) {
    const opcode = reader.byte();
    if (opcode >= opcodeBase) {
      machine.address += advance(opcode);
      machine.line += lineBase + ((opcode - opcodeBase) % lineRange);
      machine.emit();
    } else if (opcode === 0) extended(reader, machine);
    else if (opcode === 1) machine.emit();
    else if (opcode === 2) machine.address += reader.u32() * instructionBytes;
    else if (opcode === 3) machine.line += reader.s32();
    else if (opcode === 4) machine.file = reader.u32();
    else if (opcode === 5) machine.column = reader.u32();
    else if (opcode === 8) machine.address += advance(255);
    else if (opcode === 9) machine.address += u16(reader);
    else for (let i = 0; i < operands[opcode - 1]; i++) reader.skipNumber();
  }
}

function extended(reader: Reader, machine: Machine): void {
  const length = reader.u32();
  const end = reader.at + length;
  const opcode = reader.byte();
  if (opcode === 1) {
    machine.emit(true);
    machine.begin();
  } else if (opcode === 2) machine.address = u32(reader);
  reader.at = end;
}

function u16(reader: Reader): number {
  return reader.byte() | (reader.byte() << 8);
}

function u32(reader: Reader): number {
  return (u16(reader) | (u16(reader) << 16)) >>> 0;
}

/** Up to a byte 0. */
function text(reader: Reader): string {
  const start = reader.at;
  while (reader.byte() !== 0);
  return new TextDecoder().decode(reader.bytes.subarray(start, reader.at - 1));
}

function join(folder: string, name: string): string {
  return folder === '' || /^([/\\]|[A-Za-z]:)/.test(name) ? name : `${folder}/${name}`;
}
