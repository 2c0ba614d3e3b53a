import { setTimeout } from 'node:timers/promises';

// The long timer holds the program, the signal's own does not.
const signal = AbortSignal.timeout(10);
signal.addEventListener('abort', (event) => console.log(event.type, signal.reason.name, signal.reason.code));
try {
  await setTimeout(1e6, null, { signal });
} catch (error) {
  console.log(error.name, error.cause.name, signal.aborted);
}
