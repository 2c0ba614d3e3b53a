import { createRequire } from 'node:module';
import fallback, { MessageChannel, Worker } from 'node:worker_threads';
// biome-ignore lint/style/useNodejsImportProtocol: the bare name is one of the ways.
import * as namespace from 'worker_threads';

// All ways to the module lead to the same objects.
const { Worker: destructured } = namespace;
const required = createRequire(import.meta.url)('worker_threads');
const imported = await import('node:worker_threads');
const builtin = process.getBuiltinModule('node:worker_threads');
for (const other of [fallback, namespace, required, imported, imported.default, builtin])
  console.log(other.Worker === Worker, other.MessageChannel === MessageChannel, other.isMainThread);
console.log(destructured === Worker, fallback === required, imported === namespace, builtin === fallback);
const worker = new builtin.Worker('./workers/hello.mjs');
worker.on('message', (message) => console.log(message, worker instanceof namespace.Worker));
