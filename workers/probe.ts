import { parentPort, workerData } from 'node:worker_threads';
import { type ProbeData, probeHere } from '../src/lab/run/probe_body.ts';

/** The thread in which a user's modules are loaded first. */
if (parentPort !== null) await probeHere(workerData as ProbeData, parentPort);
