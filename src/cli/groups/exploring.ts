import { BOUNDS } from '../../explore/options/bounds.ts';
import { DEFAULTS } from '../../explore/search/search.ts';
import type { OptionSpecs } from '../options.ts';

const [SCHEDULES, TIME, STEPS, SPIN, HANG, JOBS] = [
  BOUNDS.schedules,
  BOUNDS.timeMs,
  BOUNDS.stepLimit,
  BOUNDS.spinLimit,
  BOUNDS.hangMs,
  BOUNDS.jobs,
].map(([min, max]) => ({ min, max }));

/** When a search ends, and when a schedule does. */
export const LIMITS = {
  schedules: {
    kind: 'whole',
    ...SCHEDULES,
    help: 'executions at most',
    default: `${DEFAULTS.schedules}; ${DEFAULTS.schedulesWithWorkers} of programs, and where threads start Workers`,
  },
  time: {
    kind: 'duration',
    whole: true,
    ...TIME,
    help: 'begin no schedule after this time',
    default: 'no limit',
  },
  steps: {
    kind: 'whole',
    ...STEPS,
    help: 'steps after which a schedule gets a verdict',
    default: DEFAULTS.stepLimit,
  },
  spin: {
    kind: 'whole',
    ...SPIN,
    help: 'repetitions after which a spin loop is held back',
    default: DEFAULTS.spinLimit,
  },
  hang: {
    kind: 'duration',
    whole: true,
    ...HANG,
    help: 'CPU time that a thread may consume without any operation',
    default: `${DEFAULTS.hangMs / 1000}s`,
  },
  jobs: {
    kind: 'whole',
    ...JOBS,
    help: 'explorations at the same time; dpor is shared out among them, and dfs is always one',
    default: '1; from 100000 schedules on as many as there are cores and memory for',
  },
} as const satisfies OptionSpecs;

/** For commands that run the scenario that a replay file names. */
export const TRUST = {
  'allow-outside': {
    kind: 'switch',
    help: 'run a scenario outside the working folder and those below it; files that you wrote do not need it',
  },
} as const satisfies OptionSpecs;
