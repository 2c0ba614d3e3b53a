import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { SLOW } from './vitest.slow.ts';

// What takes minutes: `npm run test:long`. As in vitest.config.ts, what is tested is the compiled package.
export default defineConfig({
  test: {
    include: ['test/long/**/*.test.ts', ...SLOW],
    pool: 'forks',
    // One file after the other: some of them measure themselves against the load that they make.
    fileParallelism: false,
    testTimeout: 40 * 60_000,
    hookTimeout: 60_000,
    // The key of this user's replay files is to be no concern of tests.
    env: { XDG_STATE_HOME: fileURLToPath(new URL('.framelab/state', import.meta.url)) },
    server: { deps: { external: [/\/dist\//] } },
  },
});
