// One thread of an explored scenario or program. Loads nothing but the explorer's own worker side.
import { workerData } from 'node:worker_threads';
import { serve } from '../src/explore/scenario/agent.ts';

// What runs programs again needs arguments of Node.js that other workers are not given.
const reuses = (workerData as { readonly reuse?: boolean }).reuse === true;
serve(reuses ? (await import('../src/explore/program/reused_modules.ts')).ReusedModules : undefined);
