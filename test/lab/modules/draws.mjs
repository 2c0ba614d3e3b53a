// A workload whose kinds are what it draws: their counts tell which numbers it drew. Its address names what else it does.
const HOW = new URL(import.meta.url).search.slice(1);

export const workload = {
  name: 'draws',
  description: 'counts what it draws',
  operations: ['a', 'b', 'c', 'd'],
  ...(HOW === 'beginning' ? { warmup: 'off' } : {}),
  ...(HOW === 'wrong' ? { warmup: 'on' } : {}),
  sharedWords: () => 0,
  start: ({ random, recorder }) => {
    // What is drawn here is the run's, whatever warms up.
    random.uint32();
    return {
      step() {
        const kind = random.below(4);
        recorder.begin(kind);
        recorder.end(kind);
      },
      finish() {},
    };
  },
};
