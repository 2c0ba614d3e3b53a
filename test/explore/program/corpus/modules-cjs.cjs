// biome-ignore lint/style/useNodejsImportProtocol: old code asks for the bare name.
const { Worker, isMainThread, parentPort, workerData } = require('worker_threads');
const { join } = require('node:path');

// A CommonJS program that is its own worker.
if (isMainThread) {
  console.log(require.main === module, module.id, typeof require.resolve, __filename === module.filename);
  const worker = new Worker(__filename, { workerData: [1, 2] });
  worker.on('message', (message) => console.log('worker', message));
  worker.on('exit', (code) => {
    console.log('exit', code);
    new Worker(join(__dirname, 'workers', 'hello.cjs')).on('message', (message) => console.log(message));
  });
} else parentPort.postMessage(`${require.main === module} ${module.id.split('/').at(-1)} ${workerData}`);
