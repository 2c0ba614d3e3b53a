import { fileURLToPath } from 'node:url';
import { parentPort } from 'node:worker_threads';
import { createSyncFn } from 'synckit';

const double = createSyncFn(fileURLToPath(new URL('synckit-double.mjs', import.meta.url)));
parentPort.postMessage([double(4), double(5)]);
