import { LabError } from '../../platform/error.ts';
import type { CommandBody } from '../command.ts';

/** What the explorer's own module of commands offers. */
interface ExplorerCommands {
  readonly exploreCommand: CommandBody;
  readonly replayCommand: CommandBody;
  readonly shrinkCommand: CommandBody;
}

/** One of the explorer's commands, which read their own arguments. */
export async function explorerCommand(name: keyof ExplorerCommands): Promise<CommandBody> {
  const url = new URL('../../explore/commands.js', import.meta.url).href;
  try {
    return ((await import(url)) as ExplorerCommands)[name];
  } catch (cause) {
    if ((cause as { code?: string }).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new LabError('Usage', 'this build of framelab has no explorer', { cause });
  }
}
