// Races of which one side is a method: a mark on the line of its call holds for it, and for no other.
const v = new URL(import.meta.url).searchParams.get('v');

export const threads = 2;
export const setup = () => {
  const words = new Int32Array(new SharedArrayBuffer(64));
  return { words, view: new DataView(words.buffer), bytes: new Uint8Array(words.buffer) };
};

const ACCESSES = {
  set({ words }) {
    words.set([1, 2], 2); // framelab: racy a hint
  },
  view({ view }) {
    // framelab: racy a hint
    view.setInt16(10, 3);
  },
  reads({ words }) {
    return [...words.values()].indexOf(9); // framelab: racy a hint
  },
  callback({ words }) {
    return words.subarray(2).map((x) => x + 1); // framelab: racy a hint
  },
  other({ bytes }) {
    // framelab: racy this is of the next line only
    void bytes.length;
    bytes.fill(1, 4);
  },
};

export function thread(shared, index) {
  if (index === 0) ACCESSES[v](shared);
  else shared.words.copyWithin(2, 3, 4);
}
