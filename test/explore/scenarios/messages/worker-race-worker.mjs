import { workerData as words } from 'node:worker_threads';

words[0]++;
