// The benchmark suite: `npm run bench -- --help`.
import { EXIT_USAGE } from '../src/cli/command.ts';
import { LabError } from '../src/platform/error.ts';
import { bench } from './suite/suite.ts';

try {
  process.exitCode = await bench(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof LabError && error.code === 'Usage')) throw error;
  process.stderr.write(`bench: ${error.message}\nTry 'npm run bench -- --help'.\n`);
  process.exitCode = EXIT_USAGE;
}
