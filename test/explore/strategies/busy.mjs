// Runs the lowest thread, and does much beside that is no concern of the code under test (without a query).
const quiet = import.meta.url.endsWith('?quiet');
const drawn = quiet ? 0 : Math.random();

export default {
  name: 'busy',
  words: () => 2,
  create({ state }) {
    if (state.length !== 2 || state.buffer.byteLength !== 8) throw new Error('more than its own words');
    const words = new Int32Array(new SharedArrayBuffer(8));
    return {
      pick(candidates) {
        if (!quiet) {
          const shared = new Int32Array(new SharedArrayBuffer(8));
          for (const word of [words, shared]) {
            Atomics.add(word, 0, 1);
            Atomics.compareExchange(word, 1, Atomics.load(word, 0), 2);
            Atomics.notify(word, 0);
            Atomics.wait(word, 0, 1, 0);
          }
          // All that it can reach by its state is its state.
          new Uint8Array(state.buffer).fill(255);
          const values = [
            drawn,
            Math.random(),
            Date.now(),
            performance.now(),
            Number(process.hrtime.bigint()),
          ];
          if (values.some((value) => !(value >= 0))) throw new Error(`clocks and draws: ${values}`);
          crypto.getRandomValues(new Uint8Array(4));
        }
        return 31 - Math.clz32(candidates & -candidates);
      },
    };
  },
};
