// Each thread in turn, one step at a time.
export const strategy = {
  name: 'round-robin',
  description: 'each thread in turn, for so many steps',
  systematic: true,
  params: { steps: { description: 'steps in a turn', least: 1, most: 100, default: 1 } },
  words: () => 2,
  create({ state, params }) {
    return {
      begin() {
        state[0] = -1;
        state[1] = 0;
      },
      pick(candidates) {
        const again = state[1] > 0 && (candidates & (1 << state[0])) !== 0;
        if (!again) {
          state[1] = params.steps;
          do state[0] = (state[0] + 1) % 16;
          while ((candidates & (1 << state[0])) === 0);
        }
        state[1]--;
        return state[0];
      },
      end: () => false,
    };
  },
};
