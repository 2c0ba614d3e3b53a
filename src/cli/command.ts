import type { Ending } from './exit_codes.ts';
import type { Io } from './io.ts';
import type { Given, Operands, OptionSpecs } from './options.ts';

/** One command of the tool, or a word before several. */
export type Command = OneCommand | CommandGroup;

interface Named {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
}

export interface OneCommand extends Named {
  /** Loads its code: only when needed, so that every command starts at once. */
  load(): Promise<CommandDefinition>;
}

/** As `campaign` in `framelab campaign run`. */
export interface CommandGroup extends Named {
  /** Paragraphs of its help. */
  readonly about: string;
  readonly below: readonly OneCommand[];
}

/** A command as data, and its function. Parsing, help, error texts and exit codes are the same for all. */
export interface CommandDefinition<S extends OptionSpecs = OptionSpecs> {
  /** What follows `framelab NAME`, for each way to call it. */
  readonly usage: readonly string[];
  /** Paragraphs of the help. */
  readonly about: string;
  readonly operands: Operands;
  /** Its options, without `--help`, which every command has. */
  readonly options: S;
  /** Titles of the help, and the options below them; others come first. */
  readonly groups?: Readonly<Record<string, OptionSpecs>>;
  readonly examples?: readonly string[];
  /** How it can end; in its own words if those of the table are too general. */
  readonly endings: Readonly<Partial<Record<Ending, string | true>>>;
  /** @throws `LabError`; its code decides the exit code */
  run(given: Given<S>, io: Io): Promise<Ending>;
}

/** Checks a definition against the types of its own options. */
export function defineCommand<const S extends OptionSpecs>(
  definition: CommandDefinition<S>,
): CommandDefinition {
  return definition as unknown as CommandDefinition;
}
