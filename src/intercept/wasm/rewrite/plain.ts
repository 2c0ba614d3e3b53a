/** Plain loads and stores: how many bytes they touch, and what lies on the stack above their address. */
import { OP } from './instruction.ts';
import { I32, I64 } from './needs.ts';

const F32 = 0x7d;
const F64 = 0x7c;
const V128 = 0x7b;

export interface PlainAccess {
  readonly bytes: number;
  readonly writes: boolean;
  /** The type of the operand above the address; undefined where there is none. */
  readonly above: number | undefined;
}

const LOADS = [4, 8, 4, 8, 1, 1, 2, 2, 1, 1, 2, 2, 4, 4] as const;
const STORES: readonly (readonly [bytes: number, type: number])[] = [
  [4, I32],
  [8, I64],
  [4, F32],
  [8, F64],
  [1, I32],
  [2, I32],
  [1, I64],
  [2, I64],
  [4, I64],
];
/** From v128.load on. */
const VECTOR_LOADS = [16, 8, 8, 8, 8, 8, 8, 1, 2, 4, 8] as const;
const VECTOR_STORE = 11;
/** Loads of one lane, then stores of one; loads of the rest filled with zeros. */
const LANE_LOAD = 84;
const LANE_STORE = 88;
const ZERO_LOAD = 92;

/** undefined for an instruction that is none. */
export function plainAccess(opcode: number, sub: number): PlainAccess | undefined {
  if (opcode >= OP.LOAD && opcode <= OP.LOAD_LAST)
    return { bytes: LOADS[opcode - OP.LOAD], writes: false, above: undefined };
  if (opcode >= OP.STORE && opcode <= OP.STORE_LAST) {
    const [bytes, above] = STORES[opcode - OP.STORE];
    return { bytes, writes: true, above };
  }
  return opcode === OP.SIMD ? vectorAccess(sub) : undefined;
}

function vectorAccess(sub: number): PlainAccess | undefined {
  if (sub < VECTOR_STORE) return { bytes: VECTOR_LOADS[sub], writes: false, above: undefined };
  if (sub === VECTOR_STORE) return { bytes: 16, writes: true, above: V128 };
  if (sub >= LANE_LOAD && sub < LANE_STORE)
    return { bytes: 1 << (sub - LANE_LOAD), writes: false, above: V128 };
  if (sub >= LANE_STORE && sub < ZERO_LOAD)
    return { bytes: 1 << (sub - LANE_STORE), writes: true, above: V128 };
  if (sub === ZERO_LOAD || sub === ZERO_LOAD + 1)
    return { bytes: sub === ZERO_LOAD ? 4 : 8, writes: false, above: undefined };
  return undefined;
}
