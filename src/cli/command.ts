/** What a command does with its arguments. @returns the exit code. @throws `Usage` */
export type CommandBody = (args: readonly string[]) => Promise<number> | number;

/** One command of the tool. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Loads its code: only when asked for, so that every command starts at once. */
  load(): Promise<CommandBody>;
}

/** What exit codes mean; the same for every command. */
export const EXIT_OK = 0;
export const EXIT_USAGE = 2;
export const EXIT_REGRESSION = 3;
export const EXIT_UNTRUSTWORTHY = 4;
export const EXIT_CRASHED = 5;
export const EXIT_INTERRUPTED = 130;

/** How this tool was called, for commands to copy: through npm's script, by its name, or as a file. */
export function callCommand(): string {
  const script = process.env.npm_lifecycle_event;
  if (script === 'framelab' || script === 'start') return 'npm run -s framelab --';
  const file = process.argv[1] ?? '';
  return file.endsWith('.js') ? `node ${file}` : 'framelab';
}

/** True where what is written there may be coloured: NO_COLOR is respected, whatever its value. */
export function usesColor(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && !process.env.NO_COLOR;
}
