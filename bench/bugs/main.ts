// The bench of bugs: `npm run bench:bugs -- --help`.
import { ENDINGS, type Ending, endingOfError } from '../../src/cli/exit_codes.ts';
import { commandHelp } from '../../src/cli/help.ts';
import { CommandIo } from '../../src/cli/io.ts';
import { leave } from '../../src/cli/leave.ts';
import { isGiven, parseOptions } from '../../src/cli/options.ts';
import { traceOf } from '../../src/cli/program.ts';
import { bench } from './bench.ts';
import { BUGS, bugsOptions } from './options.ts';
import type { BugsResult } from './report/result.ts';

const CALL = 'npm run bench:bugs --';
const HELP = { help: { kind: 'switch', short: 'h', help: 'this text' } } as const;

const ENDING_OF: Readonly<Record<BugsResult['outcome'], Ending>> = {
  passed: 'ok',
  failed: 'found',
  interrupted: 'interrupted',
};

async function call(args: readonly string[]): Promise<Ending> {
  const options = { ...BUGS.options, ...HELP };
  if (isGiven(args, options, 'help')) {
    process.stdout.write(
      commandHelp('', { ...BUGS, options, run: async () => 'ok' }).replace('framelab  ', `${CALL} `),
    );
    return 'ok';
  }
  const given = parseOptions(args, options, BUGS.operands);
  const io = new CommandIo(given);
  try {
    const { outcome } = await bench(bugsOptions(given), io);
    return io.ending(ENDING_OF[outcome]);
  } finally {
    io.close();
  }
}

async function run(args: readonly string[]): Promise<Ending> {
  try {
    return await call(args);
  } catch (error) {
    const ending = endingOfError(error);
    const text = ending === null ? traceOf(error) : (error as Error).message;
    process.stderr.write(`${text}\n${ending === 'usage' ? `Try '${CALL} --help'.\n` : ''}`);
    return ending ?? 'crashed';
  }
}

const ending = await run(process.argv.slice(2));
await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
leave(ENDINGS[ending].code);
