// node >= 22.12
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const counter = require('./workers/counter.mjs');
console.log(counter.increment(), (await import('./workers/counter.mjs')) === counter);
try {
  require('./workers/awaits.mjs');
} catch (error) {
  console.log(error.code);
}
