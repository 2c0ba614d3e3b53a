// The benchmark suite: `npm run bench -- --help`. It is `framelab bench`, where that needs no installed package.
import { runProcess } from '../src/cli/process.ts';

await runProcess(['bench', ...process.argv.slice(2)]);
