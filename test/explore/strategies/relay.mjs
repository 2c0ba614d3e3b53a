// A portfolio of one's own: pct and dpor have schedules in turns, and what is counted is who had how many.
export const strategy = {
  name: 'relay',
  description: 'pct and dpor in turns',
  params: { depth: { description: 'of pct', least: 1, most: 8, default: 2 } },
  members: ['pct', 'dpor'],
  words: () => 1,
  create(context) {
    const { members, state } = context;
    return {
      begin() {
        state[0] = context.schedule % 2;
        members[state[0]].begin();
      },
      pick: (candidates) => members[state[0]].pick(candidates),
      end: (outcome) => members[state[0]].end(outcome),
    };
  },
};
