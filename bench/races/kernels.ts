/** Accesses that a kernel does; each is told apart from what its loop costs by running it with and without `--races`. */
export const ACCESSES = 32_768;

/** Elements of a kernel that goes over the same ones again and again. */
const FEW = 16;

type Kernel = (buffer: SharedArrayBuffer, offset: number) => number;

const list = new Array<number>(ACCESSES).fill(1);
const own = new Int32Array(ACCESSES);
const [left, right] = [new Int32Array(ACCESSES), new Int32Array(ACCESSES)];

/** One view for each place: to make one costs more than an access. */
const views = new Map<string, ArrayBufferView>();
function view<View extends ArrayBufferView>(
  Type: new (buffer: ArrayBufferLike, offset: number, length: number) => View,
  buffer: SharedArrayBuffer,
  offset: number,
): View {
  const key = `${Type.name} ${offset}`;
  let found = views.get(key);
  if (found?.buffer !== buffer) {
    found = new Type(buffer, offset, ACCESSES);
    views.set(key, found);
  }
  return found as View;
}

export const KERNELS = {
  'plain array, read': () => {
    let sum = 0;
    for (let i = 0; i < ACCESSES; i++) sum += list[i];
    return sum;
  },
  'typed array, read': () => {
    let sum = 0;
    for (let i = 0; i < ACCESSES; i++) sum += own[i];
    return sum;
  },
  'typed arrays by turns, read': () => {
    let sum = 0;
    for (let i = 0; i < ACCESSES; i++) sum += ((i & 1) === 0 ? left : right)[i];
    return sum;
  },
  'shared array, first read': (buffer, offset) => {
    const words = view(Int32Array, buffer, offset);
    let sum = 0;
    for (let i = 0; i < ACCESSES; i++) sum += words[i];
    return sum;
  },
  'shared array, read again': (buffer, offset) => {
    const words = view(Int32Array, buffer, offset);
    let sum = 0;
    for (let i = 0; i < ACCESSES; i++) sum += words[i & (FEW - 1)];
    return sum;
  },
  'shared arrays by turns, read again': (buffer, offset) => {
    const words = view(Int32Array, buffer, offset);
    const bytes = view(Uint32Array, buffer, offset);
    let sum = 0;
    for (let i = 0; i < ACCESSES; i++) sum += ((i & 1) === 0 ? words : bytes)[i & (FEW - 1)];
    return sum;
  },
  'shared array, first write': (buffer, offset) => {
    const words = view(Int32Array, buffer, offset);
    for (let i = 0; i < ACCESSES; i++) words[i] = i;
    return 0;
  },
  'shared array, written again': (buffer, offset) => {
    const words = view(Int32Array, buffer, offset);
    for (let i = 0; i < ACCESSES; i++) words[i & (FEW - 1)] = i;
    return 0;
  },
  'shared Float64, first read': (buffer, offset) => {
    const words = view(Float64Array, buffer, offset);
    let sum = 0;
    for (let i = 0; i < ACCESSES; i++) sum += words[i];
    return sum;
  },
  'shared Float64, first write': (buffer, offset) => {
    const words = view(Float64Array, buffer, offset);
    for (let i = 0; i < ACCESSES; i++) words[i] = i;
    return 0;
  },
  'shared DataView, read again': (buffer, offset) => {
    const words = view(DataView, buffer, offset);
    let sum = 0;
    for (let i = 0; i < ACCESSES; i++) sum += words.getInt32((i & (FEW - 1)) * 4, true);
    return sum;
  },
} satisfies Record<string, Kernel>;
