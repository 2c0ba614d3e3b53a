// Part of the build: what each thread of an exploration loads becomes one file, and what that imports late.
import { rolldown } from 'rolldown';

const bundle = await rolldown({ input: 'dist/workers/explore.js', platform: 'node', logLevel: 'warn' });
await bundle.write({ dir: 'dist/bundle', format: 'esm', cleanDir: true, chunkFileNames: '[name].js' });
await bundle.close();
