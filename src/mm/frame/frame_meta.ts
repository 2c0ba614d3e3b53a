import { assertFunctionOrNone, assertObject, assertString, shown } from '../../platform/arguments.ts';
import { LabError } from '../../platform/error.ts';
import { assertFits, type Pod, type PodKind, type PodValue, podOf } from '../io/pod.ts';
import type { Borrowed, VmReader } from '../io/vm_io.ts';
import { alignUp, hex, PAGE_SIZE, type Paddr } from '../page.ts';
import type { PhysicalMemory } from '../physical_memory.ts';
import { FRAME_METADATA_MAX_SIZE, META_SLOT_SHIFT, type MetaSlots, SLOT } from './meta_slots.ts';

/** The fields of a metadata type: names and kinds, in the order in which they lie in the slot. */
export type MetaFields = Readonly<Record<string, PodKind>>;

/** The values of such fields. */
export type MetaValues<F extends MetaFields> = { -readonly [K in keyof F]: PodValue<F[K]> };

/** No fields: the metadata of plain frames. */
export type NoFields = Record<never, never>;

/** The frame that loses its last reference, for `onDrop`. */
export interface DroppedFrame {
  readonly machine: PhysicalMemory;
  readonly paddr: Paddr;
}

/** What describes a metadata type. */
export interface FrameMetaDefinition<F extends MetaFields> {
  /** Its name: the same in all threads of a machine, and unique. */
  readonly name: string;
  /** Its fields; at most 40 bytes in all, each aligned to its size. None by default. */
  readonly fields?: F;
  /** Whether frames with it are untyped memory, which readers and writers may touch. False by default. */
  readonly untyped?: boolean;
  /**
   * Runs when the last reference to such a frame is dropped, before the frame is free. `drop` throws what it throws,
   * after the frame was freed all the same. OSTD's `on_drop`.
   */
  readonly onDrop?: (reader: VmReader, meta: MetaValues<F>, frame: DroppedFrame) => void;
}

/**
 * A metadata type. Called with the values of its fields (zero where left out) it gives metadata for
 * `allocFrameWith` and the like; the type itself stands for metadata of zeros.
 *
 *     const PageCache = defineFrameMeta({ name: 'PageCache', fields: { inode: 'u32', index: 'u32' }, untyped: true });
 *     const frame = options.allocFrameWith(PageCache({ inode: 7, index: 3 }));
 *     frame.meta().inode; // 7
 */
export interface FrameMeta<F extends MetaFields = MetaFields> {
  (values?: Partial<MetaValues<F>>): MetaValue<F>;
  readonly name: string;
  readonly type: MetaType;
}

/** Metadata for one frame, ready to be copied into a slot. */
export class MetaValue<F extends MetaFields = MetaFields> {
  readonly type: MetaType;
  /** The type's fields as they lie in the slot. */
  readonly words: Int32Array;
  /** For the type checker only: nothing is there. */
  declare readonly fields: F;

  constructor(type: MetaType, words: Int32Array) {
    this.type = type;
    this.words = words;
  }
}

/** What callers may pass as metadata: a value, or a type for a value of zeros. */
export type AnyFrameMeta<F extends MetaFields = MetaFields> = MetaValue<F> | FrameMeta<F>;

interface Field {
  readonly name: string;
  readonly pod: Pod;
  readonly offset: number;
}

/** A metadata type as this thread knows it. */
export class MetaType {
  readonly name: string;
  /**
   * The type's number in the slots. It is computed from name, fields and kind: threads agree on it without
   * communicating, and a thread that defines the same name differently does not misread the slot.
   */
  readonly id: number;
  readonly untyped: boolean;
  /** 32-bit words of storage that it uses. */
  readonly wordCount: number;
  readonly onDrop: ((reader: VmReader, meta: never, frame: DroppedFrame) => void) | null;
  readonly fields: readonly Field[];
  /** Metadata of zeros. */
  readonly zero: MetaValue;
  private readonly view: typeof MetaView;
  private readonly viewMut: typeof MetaView;

  constructor(definition: FrameMetaDefinition<MetaFields>) {
    assertObject(definition, 'metadata type');
    const { name, untyped = false, onDrop, fields = {} } = definition;
    assertString(name, 'name of a metadata type');
    assertFunctionOrNone(onDrop, `metadata type ${name}: its onDrop`);
    assertObject(fields, `metadata type ${name}: its fields`);
    if (typeof untyped !== 'boolean') {
      throw new LabError(
        'InvalidArgs',
        `metadata type ${name}: untyped ${shown(untyped)} must be true or false`,
      );
    }
    this.name = name;
    this.untyped = untyped;
    this.onDrop = (onDrop as MetaType['onDrop'] | undefined) ?? null;
    this.fields = layOut(name, fields);
    const last = this.fields.at(-1);
    this.wordCount = last === undefined ? 0 : alignUp(last.offset + last.pod.size, 4) / 4;
    this.id = typeId(this.shape);
    this.zero = new MetaValue(this, new Int32Array(this.wordCount));
    this.view = viewClass(this, false);
    this.viewMut = viewClass(this, true);
  }

  /** Everything that two definitions must agree on. */
  get shape(): string {
    const fields = this.fields.map((field) => `${field.name}:${field.pod.kind}`);
    return `${this.name}{${fields.join()}}${this.untyped ? 'untyped' : ''}`;
  }

  /** @throws `InvalidArgs` for an unknown field, and for a value that does not fit its field. */
  encode(values: Readonly<Record<string, unknown>>): MetaValue {
    assertObject(values, `metadata ${this.name}: its values`);
    const words = new Int32Array(this.wordCount);
    const bytes = new DataView(words.buffer);
    for (const name of Object.keys(values)) {
      const field = this.fields.find((candidate) => candidate.name === name);
      if (field === undefined) {
        const names = this.fields.map((candidate) => candidate.name).join(', ') || 'none';
        throw new LabError(
          'InvalidArgs',
          `metadata ${this.name}: unknown field "${name}"; its fields: ${names}`,
        );
      }
      const value = values[name];
      assertFits(field.pod, value, `metadata ${this.name}.${name}`);
      field.pod.set(bytes, field.offset, value as number);
    }
    return new MetaValue(this, words);
  }

  /** The metadata of a frame, to be read as long as its owner lives. */
  read(slots: MetaSlots, frame: number, owner: Borrowed): MetaView {
    return new this.view(this, slots, frame, owner);
  }

  /** The metadata of a frame, to be changed by its only owner. */
  readMut(slots: MetaSlots, frame: number, owner: Borrowed): MetaView {
    return new this.viewMut(this, slots, frame, owner);
  }
}

/** The metadata of a frame in use, seen in its slot. The fields are properties of the classes derived from it. */
export class MetaView {
  readonly metaType: MetaType;
  // Truly private (`#`): the names must stay free for fields.
  readonly #bytes: DataView;
  readonly #storage: number;
  readonly #owner: Borrowed;

  constructor(metaType: MetaType, slots: MetaSlots, frame: number, owner: Borrowed) {
    this.metaType = metaType;
    this.#bytes = slots.bytes;
    this.#storage = ((frame << META_SLOT_SHIFT) + SLOT.storage) * 4;
    this.#owner = owner;
  }

  /** Whether the frame is untyped memory. OSTD's `is_untyped`. */
  isUntyped(): boolean {
    return this.metaType.untyped;
  }

  /** @throws `UseAfterDrop` if the handle that this came from was dropped or moved. */
  protected readField(pod: Pod, offset: number): unknown {
    this.#assertLive();
    return pod.get(this.#bytes, this.#storage + offset);
  }

  /** @throws as `readField`, and `InvalidArgs` if the value does not fit. */
  protected writeField(pod: Pod, offset: number, value: unknown, where: string): void {
    this.#assertLive();
    assertFits(pod, value, where);
    pod.set(this.#bytes, this.#storage + offset, value as number);
  }

  #assertLive(): void {
    if (!this.#owner.isLive) {
      throw new LabError(
        'UseAfterDrop',
        `metadata ${this.metaType.name}: its frame's handle was dropped or moved`,
      );
    }
  }
}

/** The types that this thread's modules define, by id. */
const types = new Map<number, MetaType>();

/**
 * Defines a metadata type. Every thread that may drop the last reference to a frame with it must load the
 * module that defines it. OSTD's `impl_frame_meta_for!`.
 *
 * @throws `InvalidArgs` for a name that has a different definition, or whose id collides with another's, and for fields
 *   that are too large or badly named.
 */
export function defineFrameMeta<const F extends MetaFields = NoFields>(
  definition: FrameMetaDefinition<F>,
): FrameMeta<F> {
  const type = new MetaType(definition as unknown as FrameMetaDefinition<MetaFields>);
  for (const known of types.values()) {
    // The same definition again comes from a module that was loaded twice.
    if (known.shape === type.shape) continue;
    if (known.name === type.name || known.id === type.id) {
      throw new LabError(
        'InvalidArgs',
        `metadata type ${type.shape}: ${known.shape} exists already; give it another name`,
      );
    }
  }
  types.set(type.id, type);
  return callable<F>(type);
}

/** The type of that id, or null if no module of this thread defines it. */
export function metaTypeOf(id: number): MetaType | null {
  return types.get(id) ?? null;
}

/** @throws `MetaTypeUnknown` if no module of this thread defines the type that the frame's slot names. */
export function requireMetaType(id: number, frame: number): MetaType {
  const type = types.get(id);
  if (type !== undefined) return type;
  throw new LabError(
    'MetaTypeUnknown',
    `frame ${hex(frame * PAGE_SIZE)} has metadata of type ${hex(id)}, which no module loaded in this thread defines: import the module that calls defineFrameMeta for it`,
  );
}

/** The type that a caller passed to ask for metadata of that type. @throws `InvalidArgs` */
export function givenMetaType(type: FrameMeta): MetaType {
  if (typeof type === 'function' && type.type instanceof MetaType) return type.type;
  throw new LabError(
    'InvalidArgs',
    `metadata type: must be one that defineFrameMeta made, is ${shown(type)}`,
  );
}

/** The metadata that a caller passed; null if none. */
export function metaValue(meta: AnyFrameMeta | undefined): MetaValue | null {
  if (meta === undefined) return null;
  const value = typeof meta === 'function' ? meta.type?.zero : meta;
  if (!(value instanceof MetaValue)) {
    throw new LabError(
      'InvalidArgs',
      `metadata: must be what a type made by defineFrameMeta gives, or the type; is ${shown(meta)}`,
    );
  }
  return value;
}

function callable<F extends MetaFields>(type: MetaType): FrameMeta<F> {
  // A function, so that metadata reads like a struct literal; not an arrow, so that `new` is allowed before it.
  function meta(values: Partial<MetaValues<F>> = {}): MetaValue {
    return type.encode(values);
  }
  return Object.defineProperties(meta, { name: { value: type.name }, type: { value: type } }) as FrameMeta<F>;
}

function layOut(name: string, fields: MetaFields): Field[] {
  if (!/^\S{1,64}$/.test(name)) {
    throw new LabError(
      'InvalidArgs',
      `metadata type "${name}": its name must have 1 to 64 characters and no spaces`,
    );
  }
  let offset = 0;
  return Object.entries(fields).map(([field, kind]) => {
    if (!/^[A-Za-z_]\w*$/.test(field) || field in MetaView.prototype || field === 'metaType') {
      throw new LabError('InvalidArgs', `metadata ${name}: "${field}" cannot be a field's name`);
    }
    const pod = podOf(kind);
    const start = alignUp(offset, pod.size);
    offset = start + pod.size;
    if (offset > FRAME_METADATA_MAX_SIZE) {
      throw new LabError(
        'InvalidArgs',
        `metadata ${name}: field ${field} ends at byte ${offset}; a slot has ${FRAME_METADATA_MAX_SIZE} bytes`,
      );
    }
    return { name: field, pod, offset: start };
  });
}

/** FNV-1a, to 31 bits; 0 is kept for `()`. */
function typeId(shape: string): number {
  if (shape === UNIT_SHAPE) return 0;
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(shape)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash & 0x7fff_ffff || 1;
}

function viewClass(type: MetaType, mutable: boolean): typeof MetaView {
  class View extends MetaView {}
  for (const { name, pod, offset } of type.fields) {
    Object.defineProperty(View.prototype, name, {
      enumerable: true,
      get(this: View): unknown {
        return this.readField(pod, offset);
      },
      set: mutable
        ? function (this: View, value: unknown): void {
            this.writeField(pod, offset, value, `metadata ${type.name}.${name}`);
          }
        : undefined,
    });
  }
  return View;
}

const UNIT_SHAPE = '(){}untyped';

/** No metadata: the type of plain untyped frames. Its id is 0, so a slot of zeros has it. OSTD's `()`. */
export const Unit: FrameMeta<NoFields> = defineFrameMeta({ name: '()', untyped: true });
