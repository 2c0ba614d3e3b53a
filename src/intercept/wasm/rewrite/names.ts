/** The section of names (appendix of the core specification), with functions renumbered; and what functions are called. */
import { Reader, Writer } from './bytes.ts';

const MODULE_NAME = 0;
const FUNCTION_NAMES = 1;
const LOCAL_NAMES = 2;
const LABEL_NAMES = 3;
const GLOBAL_NAMES = 7;

/** @param from the first function that moves; @param by how far */
export function renumberNames(section: Uint8Array, from: number, by: number): Uint8Array {
  const reader = new Reader(section);
  const writer = new Writer(section.length + 256);
  while (reader.more) {
    const id = reader.byte();
    const content = new Reader(reader.vector());
    writer.byte(id);
    if (id === FUNCTION_NAMES || id === LOCAL_NAMES || id === LABEL_NAMES) {
      const moved = new Writer(content.end + 64);
      const count = content.u32();
      moved.u32(count);
      for (let i = 0; i < count; i++) {
        const index = content.u32();
        moved.u32(index < from ? index : index + by);
        const start = content.at;
        if (id === FUNCTION_NAMES) content.vector();
        else skipNameMap(content);
        moved.append(content.bytes, start, content.at);
      }
      writer.vector(moved.done());
    } else writer.vector(content.bytes);
  }
  return writer.done();
}

function skipNameMap(reader: Reader): void {
  for (let count = reader.u32(); count > 0; count--) {
    reader.u32();
    reader.vector();
  }
}

/** The names of functions by number; empty where the section is damaged. */
export function functionNames(section: Uint8Array): Map<number, string> {
  return namesOf(section, FUNCTION_NAMES);
}

/** The same of globals. */
export function globalNames(section: Uint8Array): Map<number, string> {
  return namesOf(section, GLOBAL_NAMES);
}

function namesOf(section: Uint8Array, part: number): Map<number, string> {
  const names = new Map<number, string>();
  readPart(section, part, (content) => {
    for (let count = content.u32(); count > 0; count--) names.set(content.u32(), content.name());
  });
  return names;
}

export function moduleName(section: Uint8Array): string | undefined {
  let name: string | undefined;
  readPart(section, MODULE_NAME, (content) => {
    name = content.name();
  });
  return name;
}

function readPart(section: Uint8Array, wanted: number, read: (content: Reader) => void): void {
  try {
    const reader = new Reader(section);
    while (reader.more) {
      const id = reader.byte();
      const content = new Reader(reader.vector());
      if (id === wanted) read(content);
    }
  } catch {
    // It is no part of what the module does.
  }
}
