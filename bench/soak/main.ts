// The soak: `npm run soak -- --help`.
import { writeFileSync } from 'node:fs';
import { ENDINGS, endingOfError } from '../../src/cli/exit_codes.ts';
import { readEnvironment } from '../../src/results/environment.ts';
import { soakPage } from './markdown.ts';
import { HELP, soakOptions } from './options.ts';
import { soak } from './soak.ts';

try {
  process.exitCode = await call();
} catch (error) {
  const ending = endingOfError(error);
  process.stderr.write(`${ending === null ? (error as Error).stack : (error as Error).message}\n`);
  process.exitCode = ENDINGS[ending ?? 'crashed'].code;
}

async function call(): Promise<number> {
  const options = soakOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(HELP);
    return ENDINGS.ok.code;
  }
  // Before it begins: that is what it loads.
  const { commit } = await readEnvironment();
  const result = await soak({ ...options, onRound: (text) => void process.stderr.write(`${text}\n`) });
  const page = soakPage(options, result, commit?.slice(0, 7) ?? null);
  process.stdout.write(page);
  if (options.output !== '-') writeFileSync(options.output, page);
  return result.drift.length === 0 ? ENDINGS.ok.code : ENDINGS.found.code;
}
