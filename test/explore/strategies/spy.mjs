// A built-in strategy that is watched: for each schedule, a line with who was chosen and how often that preempted.
import { appendFileSync } from 'node:fs';

const file = new URL(import.meta.url).searchParams.get('file');

export const strategy = {
  name: 'spy',
  members: ['random', 'pct', 'pos', 'surw', 'dfs'],
  params: {
    member: { least: 0, most: 4, default: 0 },
    depth: { least: 1, most: 8, default: 3 },
    preemptions: { least: -1, most: 1000, default: 2 },
  },
  words: (_threads, stepLimit) => 2 + stepLimit,
  create(context) {
    const { state, params, members } = context;
    const member = members[params.member];
    return {
      begin() {
        state[0] = 0;
        state[1] = 0;
        member.begin();
      },
      pick(candidates) {
        const chosen = member.pick(candidates);
        const { current } = context;
        if (current >= 0 && chosen !== current && (candidates & (1 << current)) !== 0) state[1]++;
        state[2 + state[0]++] = chosen;
        return chosen;
      },
      end(outcome) {
        const chosen = Array.from(state.subarray(2, 2 + state[0]));
        appendFileSync(file, `${JSON.stringify({ outcome, chosen, preemptions: state[1] })}\n`);
        return member.end(outcome);
      },
    };
  },
};
