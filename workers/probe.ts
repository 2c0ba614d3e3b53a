import { parentPort, workerData } from 'node:worker_threads';
import { probeHere } from '../src/lab/run/probe_body.ts';
import type { RunOptions } from '../src/lab/run/run_options.ts';

/** The thread in which a user's modules are loaded first. */
if (parentPort !== null) await probeHere(workerData as RunOptions, parentPort);
