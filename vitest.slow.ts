/**
 * Test files that take long because they start hundreds of workers or processes. `npm run test:long` runs them, and so
 * does `.ci/run`; `npm test` leaves them out, to end within minutes.
 */
export const SLOW: readonly string[] = [
  'test/bench/bench.test.ts',
  'test/cli/against.test.ts',
  'test/cli/compare.test.ts',
  'test/cli/interrupt.test.ts',
  'test/explore/cases_findings.test.ts',
  'test/explore/cases_uncontrolled.test.ts',
  'test/explore/everywhere.test.ts',
  'test/explore/known.test.ts',
  'test/explore/machine.test.ts',
  'test/explore/own_files.test.ts',
  'test/explore/races.test.ts',
  'test/explore/regress.test.ts',
  'test/explore/replay_files.test.ts',
  'test/explore/replay_suite.test.ts',
  'test/explore/scenario_types.test.ts',
  'test/explore/seeds.test.ts',
  'test/explore/session/session.test.ts',
  'test/explore/shrink.test.ts',
  'test/explore/strategies_own.test.ts',
  'test/lab/unproved.test.ts',
  'test/lab/warmup.test.ts',
  'test/report/interleaving_page.test.ts',
  'test/wasm/races.test.ts',
];
