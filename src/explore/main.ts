// The explorer's commands by themselves, for work on the explorer: node dist/src/explore/main.js explore FILE
import { EXIT, exploreCommand, replayCommand, shrinkCommand } from './commands.ts';

const commands: Record<string, (argv: readonly string[]) => Promise<number>> = {
  explore: exploreCommand,
  replay: replayCommand,
  shrink: shrinkCommand,
};
const [name = '', ...argv] = process.argv.slice(2);
const command = commands[name];
if (command === undefined) {
  process.stderr.write(`command is "${name}"; allowed are ${Object.keys(commands).join(', ')}\n`);
  process.exitCode = EXIT.USAGE;
} else {
  process.exitCode = await command(argv);
}
