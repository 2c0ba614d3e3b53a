/** Exports of a module that nobody asked the linker for: what gives each thread a stack and variables of its own. */
import { Reader, Writer } from '../../intercept/wasm/rewrite/bytes.ts';
import { functionNames, globalNames } from '../../intercept/wasm/rewrite/names.ts';
import { EXTERNAL, list, SECTION, type Section, type Shape } from '../../intercept/wasm/rewrite/shape.ts';

/** Names that the tools of LLVM give to what makes thread-local storage. */
const TLS_GLOBALS = ['__tls_size', '__tls_align', '__tls_base'];
const TLS_FUNCTION = '__wasm_init_tls';

/** Those before which the section of exports stands. */
const LATER: readonly number[] = [
  SECTION.START,
  SECTION.ELEMENT,
  SECTION.CODE,
  SECTION.DATA_COUNT,
  SECTION.DATA,
];

interface Widened {
  readonly bytes: Uint8Array;
  /** By how many bytes the code lies later than in the original. */
  readonly shift: number;
}

/**
 * The module with exports for its mutable globals and for what makes thread-local storage, as far as it has none. Those of
 * tools have their own names (`__stack_pointer`), others `__global N`.
 *
 * @param mutable the numbers of its own mutable globals
 * @throws TypeError for a module that was linked so that threads cannot use it
 */
export function withExports({ bytes, sections }: Shape, mutable: readonly number[]): Widened {
  const old = sections.find(({ id }) => id === SECTION.EXPORT);
  const names = nameSection(bytes, sections);
  const globals = globalNames(names);
  const has = exported(bytes, old);
  const wanted: Wanted[] = mutable.map((index) => ({
    kind: EXTERNAL.GLOBAL,
    index,
    name: toolName(globals.get(index)) ?? `__global ${index}`,
  }));
  for (const [index, name] of globals)
    if (TLS_GLOBALS.includes(name)) wanted.push({ kind: EXTERNAL.GLOBAL, index, name });
  const functions = functionNames(names);
  for (const [index, name] of functions)
    if (name === TLS_FUNCTION) wanted.push({ kind: EXTERNAL.FUNCTION, index, name });
  const added: Wanted[] = [];
  for (const one of wanted) {
    if (has.places.has(placeOf(one)) || has.names.has(one.name)) continue;
    has.names.add(one.name);
    added.push(one);
  }
  checkLinked(functions, globals, has.names);
  if (added.length === 0) return { bytes, shift: 0 };
  const section = new Writer();
  section.u32(has.count + added.length);
  if (old !== undefined) section.append(bytes, has.at, old.end);
  for (const { kind, index, name } of added) {
    section.name(name);
    section.byte(kind);
    section.u32(index);
  }
  const all = new Writer(bytes.length + section.length + 16);
  const before = old?.header ?? sections.find(({ id }) => LATER.includes(id))?.header ?? bytes.length;
  all.append(bytes, 0, before);
  all.byte(SECTION.EXPORT);
  all.vector(section.done());
  all.append(bytes, old?.end ?? before);
  return { bytes: all.done(), shift: all.length - bytes.length };
}

/** @param exports all names of exports */
function checkLinked(
  functions: ReadonlyMap<number, string>,
  globals: ReadonlyMap<number, string>,
  exports: ReadonlySet<string>,
): void {
  if ([...globals.values()].includes('__tls_base') && !exports.has(TLS_FUNCTION)) {
    throw new TypeError(
      'wasmScenario(): the module has thread-local storage, and the linker left out what makes it: link it with ' +
        [TLS_FUNCTION, ...TLS_GLOBALS].map((name) => `-Wl,--export-if-defined=${name}`).join(' '),
    );
  }
  if ([...functions.values()].some((name) => name.endsWith('.command_export'))) {
    throw new TypeError(
      'wasmScenario(): the module was linked as a command, so that every call from outside runs its constructors again: ' +
        'link it with -Wl,--export-if-defined=__wasm_call_ctors',
    );
  }
}

interface Wanted {
  readonly kind: number;
  readonly index: number;
  readonly name: string;
}

/** Words are named by exports that do not begin so. */
function toolName(name: string | undefined): string | undefined {
  return name?.startsWith('__') ? name : undefined;
}

function placeOf({ kind, index }: Pick<Wanted, 'kind' | 'index'>): string {
  return `${kind} ${index}`;
}

/** What the module exports already; and where its entries begin. */
function exported(
  bytes: Uint8Array,
  section: Section | undefined,
): { count: number; at: number; names: Set<string>; places: Set<string> } {
  const names = new Set<string>();
  const places = new Set<string>();
  if (section === undefined) return { count: 0, at: 0, names, places };
  const reader = new Reader(bytes, section.start, section.end);
  const count = reader.u32();
  const { at } = reader;
  reader.at = section.start;
  list(reader, () => {
    names.add(reader.name());
    places.add(placeOf({ kind: reader.byte(), index: reader.u32() }));
  });
  return { count, at, names, places };
}

function nameSection(bytes: Uint8Array, sections: readonly Section[]): Uint8Array {
  for (const { id, start, end } of sections) {
    if (id !== SECTION.CUSTOM) continue;
    const content = new Reader(bytes, start, end);
    if (content.name() === 'name') return bytes.subarray(content.at, end);
  }
  return new Uint8Array();
}
