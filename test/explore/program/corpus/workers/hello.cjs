const { parentPort, isMainThread } = require('node:worker_threads');

parentPort.postMessage(
  `hello from CommonJS, require.main is this: ${require.main === module}, ${isMainThread}`,
);
