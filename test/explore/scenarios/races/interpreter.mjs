// Runs small programs of atomic and plain accesses, which a test writes into `code`: for each thread eight operations of
// four words, a kind and its operands. Nobody writes `code` while schedules run.
export const threads = 3;
export const setup = () => ({
  words: new Int32Array(new SharedArrayBuffer(16)),
  code: new Int32Array(new SharedArrayBuffer(3 * 8 * 4 * 4)),
});
export const restore = ({ words }) => [{ buffer: words }];

export function thread({ words, code }, index) {
  for (let i = 0; i < 8; i++) {
    const at = (index * 8 + i) * 4;
    const word = code[at + 1];
    const a = code[at + 2];
    switch (code[at]) {
      case 1:
        if (words[word] === -1) throw new Error('never');
        break;
      case 2:
        words[word] = a;
        break;
      case 3:
        Atomics.load(words, word);
        break;
      case 4:
        Atomics.store(words, word, a);
        break;
      case 5:
        Atomics.add(words, word, a);
        break;
      case 6:
        Atomics.compareExchange(words, word, a, code[at + 3]);
        break;
      case 7:
        // Goes on only where it sees this.
        if (Atomics.load(words, word) !== a) return;
        break;
    }
  }
}
