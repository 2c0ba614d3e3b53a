/**
 * Test files that take long because they start hundreds of workers or processes. `npm run test:long` runs them, and so
 * does `.ci/run`; `npm test` leaves them out, to end within minutes.
 */
export const SLOW: readonly string[] = [
  'test/explore/cases_uncontrolled.test.ts',
  'test/explore/own_files.test.ts',
  'test/explore/replay_files.test.ts',
  'test/explore/seeds.test.ts',
  'test/lab/unproved.test.ts',
];
