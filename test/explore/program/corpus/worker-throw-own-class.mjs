import { isMainThread, Worker } from 'node:worker_threads';

class TooLate extends RangeError {
  name = 'TooLate';
  code = 'E_LATE';
  details = { by: 5 };
}

// What arrives is an error of the nearest class of the language, with the own properties.
if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  worker.on('error', (error) => {
    console.log(error instanceof TooLate, error instanceof RangeError, error.constructor.name);
    console.log(error.name, error.message, error.code, JSON.stringify(error.details), error.cause?.message);
  });
} else throw new TooLate('five too late', { cause: new Error('the cause') });
