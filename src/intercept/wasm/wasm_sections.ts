import { types } from 'node:util';

/** Of a module's sections (WebAssembly core specification, 5.5). */
const SECTION_MEMORY = 5;
/** Bits of a memory type's flags: it has a maximum, is shared, has 64-bit addresses; page sizes of its own. */
const HAS_MAXIMUM = 1;
const SHARED = 2;
const HAS_PAGE_SIZE = 8;

/**
 * Does a module define a shared memory of its own? Of several memories any counts. `bytes` is whatever was given to the
 * compiler; it has accepted them, so that damage need not be told: it reads as no.
 */
export function definesSharedMemory(bytes: unknown): boolean {
  const section = sectionOf(bytes, SECTION_MEMORY);
  if (section === undefined) return false;
  const leb = lebReader(section);
  for (let count = leb(); count > 0; count--) {
    const flags = leb();
    if ((flags & SHARED) !== 0) return true;
    leb();
    if ((flags & HAS_MAXIMUM) !== 0) leb();
    if ((flags & HAS_PAGE_SIZE) !== 0) leb();
  }
  return false;
}

/** The content of the first section with this number. */
function sectionOf(bytes: unknown, wanted: number): Uint8Array | undefined {
  const module = bytesOf(bytes);
  if (module === undefined) return undefined;
  // After the magic number and the version.
  let at = 8;
  while (at < module.length) {
    const id = module[at++];
    const leb = lebReader(module.subarray(at));
    const size = leb();
    const start = at + leb.read;
    if (id === wanted) return module.subarray(start, start + size);
    at = start + size;
  }
  return undefined;
}

interface LebReader {
  (): number;
  /** Bytes read so far. */
  readonly read: number;
}

/** Reads unsigned numbers (LEB128), one after the other; 0 beyond the end. */
function lebReader(bytes: Uint8Array): LebReader {
  let at = 0;
  const leb = (): number => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * shift;
      if ((byte & 0x80) === 0) return value;
    }
  };
  return Object.defineProperty(leb, 'read', { get: () => at }) as LebReader;
}

function bytesOf(source: unknown): Uint8Array | undefined {
  if (types.isAnyArrayBuffer(source)) return new Uint8Array(source);
  if (!ArrayBuffer.isView(source)) return undefined;
  return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
}
