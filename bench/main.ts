// The benchmark suite: `npm run bench -- --help`.
import { bench } from './suite.ts';

process.exitCode = await bench(process.argv.slice(2));
