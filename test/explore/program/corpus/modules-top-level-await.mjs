import { late } from './workers/awaits.mjs';
import './workers/preload.mjs';

// The importer waits for the module that awaits; the module beside it does not.
console.log(late, globalThis.order.join(), globalThis.preloaded.join());
console.log(Object.keys(await import('./workers/awaits.mjs')).join());
