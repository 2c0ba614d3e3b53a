import { createRequire, isBuiltin } from 'node:module';
import * as sums from './workers/sum.cjs';

const require = createRequire(import.meta.url);
const { sum } = require('./workers/sum.cjs');
console.log(sum(2, 3), sums.sum === sum, sums.default.sum === sum);
console.log(require.resolve('./workers/sum.cjs').endsWith('/corpus/workers/sum.cjs'), typeof require.main);
// biome-ignore lint/style/useNodejsImportProtocol: both names are one module.
console.log(require('fs') === require('node:fs'), isBuiltin('worker_threads'), isBuiltin('none'));
