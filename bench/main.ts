// The benchmark suite: `npm run bench -- --help`. The same as `framelab bench`, without an installed package.
import { runProcess } from '../src/cli/process.ts';

await runProcess(['bench', ...process.argv.slice(2)]);
