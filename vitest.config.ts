import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { SLOW } from './vitest.slow.ts';

// Tests exercise the compiled package in dist/: what runs in a worker thread and what a test calls in its
// own thread are then the same code, and vitest does not rewrite the imports of hot paths.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // What takes minutes has a configuration of its own: vitest.long.config.ts.
    exclude: ['test/long/**', ...SLOW],
    pool: 'forks',
    // Two cores: tests that start workers must not compete with one another.
    maxWorkers: 2,
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // The key of this user's replay files is to be no concern of tests.
    env: { XDG_STATE_HOME: fileURLToPath(new URL('.framelab/state', import.meta.url)) },
    server: { deps: { external: [/\/dist\//] } },
  },
});
