import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { SLOW } from './vitest.slow.ts';

// What takes minutes: `npm run test:long`. As in vitest.config.ts, what is tested is the compiled package.
const common = {
  pool: 'forks' as const,
  testTimeout: 40 * 60_000,
  hookTimeout: 180_000,
  // The key of this user's replay files is to be no concern of tests.
  env: { XDG_STATE_HOME: fileURLToPath(new URL('.framelab/state', import.meta.url)) },
  server: { deps: { external: [/\/dist\//] } },
};

export default defineConfig({
  test: {
    projects: [
      {
        test: { ...common, name: 'slow', include: [...SLOW], maxWorkers: 2, sequence: { groupOrder: 0 } },
      },
      {
        // One file after the other: some of them measure themselves against the load that they make.
        test: {
          ...common,
          name: 'long',
          include: ['test/long/**/*.test.ts'],
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
