// Writes WebAssembly modules for the tests, from their parts as bytes.

export const I32 = 0x7f;
export const I64 = 0x7e;
export const F32 = 0x7d;
export const F64 = 0x7c;
export const V128 = 0x7b;

/** An unsigned number (LEB128). */
export function u(value: number | bigint): number[] {
  let left = BigInt(value);
  const bytes: number[] = [];
  do {
    bytes.push(Number(left & 0x7fn) | (left > 0x7fn ? 0x80 : 0));
    left >>= 7n;
  } while (left > 0n);
  return bytes;
}

/** A signed one. */
export function s(value: number | bigint): number[] {
  let left = BigInt(value);
  const bytes: number[] = [];
  for (;;) {
    const low = Number(left & 0x7fn);
    left >>= 7n;
    const done = (left === 0n && (low & 0x40) === 0) || (left === -1n && (low & 0x40) !== 0);
    bytes.push(done ? low : low | 0x80);
    if (done) return bytes;
  }
}

export const text = (value: string): number[] => {
  const bytes = [...new TextEncoder().encode(value)];
  return [...u(bytes.length), ...bytes];
};
export const vector = (items: readonly (readonly number[])[]): number[] => [
  ...u(items.length),
  ...items.flat(),
];
export const section = (id: number, content: readonly number[]): number[] => [
  id,
  ...u(content.length),
  ...content,
];
export const custom = (name: string, content: readonly number[]): number[] =>
  section(0, [...text(name), ...content]);
export const HEAD = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** A shared memory's type, in pages. */
export const shared = (initial: number, maximum: number): number[] => [3, ...u(initial), ...u(maximum)];

export interface WasmFunction {
  readonly name: string;
  readonly parameters: readonly number[];
  readonly results: readonly number[];
  /** Groups of locals: how many, of which type. */
  readonly locals?: readonly (readonly [number, number])[];
  /** Without the end. */
  readonly body: readonly number[];
}

export const functionType = ({
  parameters,
  results,
}: Pick<WasmFunction, 'parameters' | 'results'>): number[] => [
  0x60,
  ...vector(parameters.map((one) => [one])),
  ...vector(results.map((one) => [one])),
];

export const body = ({ locals = [], body: code }: Pick<WasmFunction, 'locals' | 'body'>): number[] => {
  const bytes = [...vector(locals.map(([count, type]) => [...u(count), type])), ...code, 0x0b];
  return [...u(bytes.length), ...bytes];
};

/** A module of exported functions over one memory that it imports as `env.memory`. */
export function moduleOf(
  functions: readonly WasmFunction[],
  {
    limits = shared(2, 4),
    data = [],
  }: { limits?: readonly number[]; data?: readonly (readonly number[])[] } = {},
): Uint8Array {
  return new Uint8Array([
    ...HEAD,
    ...section(1, vector(functions.map(functionType))),
    ...section(2, vector([[...text('env'), ...text('memory'), 2, ...limits]])),
    ...section(3, vector(functions.map((_, i) => u(i)))),
    ...section(7, vector(functions.map(({ name }, i) => [...text(name), 0, ...u(i)]))),
    ...(data.length === 0 ? [] : section(12, u(data.length))),
    ...section(10, vector(functions.map(body))),
    ...(data.length === 0 ? [] : section(11, vector(data.map((bytes) => [1, ...u(bytes.length), ...bytes])))),
  ]);
}
