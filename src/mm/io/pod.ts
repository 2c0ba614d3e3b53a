import { shown } from '../../platform/arguments.ts';
import { LabError } from '../../platform/error.ts';

/**
 * The kinds of plain values that metadata fields hold and that readers and writers move: little-endian, as
 * in RAM. `paddr` is an address: a double, exact up to 2^53.
 */
export type PodKind =
  | 'u8'
  | 'i8'
  | 'u16'
  | 'i16'
  | 'u32'
  | 'i32'
  | 'u64'
  | 'i64'
  | 'f32'
  | 'f64'
  | 'bool'
  | 'paddr';

/** The JavaScript type of a value of that kind. */
export type PodValue<K extends PodKind> = K extends 'u64' | 'i64'
  ? bigint
  : K extends 'bool'
    ? boolean
    : number;

type AnyPodValue = number | bigint | boolean;

/** How values of one kind lie in memory. */
export interface Pod {
  readonly kind: PodKind;
  /** Bytes; also its alignment within metadata. */
  readonly size: number;
  get(view: DataView, offset: number): AnyPodValue;
  set(view: DataView, offset: number, value: AnyPodValue): void;
  /** Whether a value can be kept without loss. */
  fits(value: unknown): boolean;
}

const PODS: Readonly<Record<PodKind, Pod>> = {
  u8: integer('u8', 1, 0, 0xff),
  i8: integer('i8', 1, -0x80, 0x7f),
  u16: integer('u16', 2, 0, 0xffff),
  i16: integer('i16', 2, -0x8000, 0x7fff),
  u32: integer('u32', 4, 0, 0xffff_ffff),
  i32: integer('i32', 4, -0x8000_0000, 0x7fff_ffff),
  u64: {
    kind: 'u64',
    size: 8,
    get: (view, offset) => view.getBigUint64(offset, true),
    set: (view, offset, value) => view.setBigUint64(offset, value as bigint, true),
    fits: (value) => typeof value === 'bigint' && BigInt.asUintN(64, value) === value,
  },
  i64: {
    kind: 'i64',
    size: 8,
    get: (view, offset) => view.getBigInt64(offset, true),
    set: (view, offset, value) => view.setBigInt64(offset, value as bigint, true),
    fits: (value) => typeof value === 'bigint' && BigInt.asIntN(64, value) === value,
  },
  f32: {
    kind: 'f32',
    size: 4,
    get: (view, offset) => view.getFloat32(offset, true),
    set: (view, offset, value) => view.setFloat32(offset, value as number, true),
    fits: (value) => typeof value === 'number' && Object.is(Math.fround(value), value),
  },
  f64: {
    kind: 'f64',
    size: 8,
    get: (view, offset) => view.getFloat64(offset, true),
    set: (view, offset, value) => view.setFloat64(offset, value as number, true),
    fits: (value) => typeof value === 'number',
  },
  bool: {
    kind: 'bool',
    size: 1,
    get: (view, offset) => view.getUint8(offset) !== 0,
    set: (view, offset, value) => view.setUint8(offset, value ? 1 : 0),
    fits: (value) => typeof value === 'boolean',
  },
  paddr: {
    kind: 'paddr',
    size: 8,
    get: (view, offset) => view.getFloat64(offset, true),
    set: (view, offset, value) => view.setFloat64(offset, value as number, true),
    fits: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  },
};

/** @throws `InvalidArgs` for an unknown kind. */
export function podOf(kind: PodKind): Pod {
  const pod = typeof kind === 'string' && Object.hasOwn(PODS, kind) ? PODS[kind] : undefined;
  if (pod === undefined) {
    throw new LabError('InvalidArgs', `kind ${shown(kind)}: must be one of ${Object.keys(PODS).join(', ')}`);
  }
  return pod;
}

/** @throws `InvalidArgs` where `value` cannot be kept without loss; `where` says what it was meant for. */
export function assertFits(pod: Pod, value: unknown, where: string): void {
  if (!pod.fits(value)) {
    throw new LabError(
      'InvalidArgs',
      `${where}: ${shown(value)} (${typeof value}) does not fit a ${pod.kind}`,
    );
  }
}

function integer(
  kind: 'u8' | 'i8' | 'u16' | 'i16' | 'u32' | 'i32',
  size: 1 | 2 | 4,
  min: number,
  max: number,
): Pod {
  const bits = size * 8;
  return {
    kind,
    size,
    get: (view, offset) => {
      const raw =
        bits === 8
          ? view.getUint8(offset)
          : bits === 16
            ? view.getUint16(offset, true)
            : view.getUint32(offset, true);
      return raw > max ? raw - 2 ** bits : raw;
    },
    set: (view, offset, value) => {
      if (bits === 8) view.setUint8(offset, value as number);
      else if (bits === 16) view.setUint16(offset, value as number, true);
      else view.setUint32(offset, value as number, true);
    },
    fits: (value) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max,
  };
}
