import { printable, printableLine } from '../platform/printable.ts';
import type { Ending } from './exit_codes.ts';
import { Interruption } from './interrupt.ts';
import type { Given } from './options.ts';
import { requireWritable, writeOutput } from './output.ts';

/** Where a command writes, and what can stop it. */
export interface Io {
  /** `--quiet` was given. */
  readonly quiet: boolean;
  /** True if what `text` writes may be coloured: any value of NO_COLOR is respected. */
  readonly color: boolean;
  /** True if `live` overwrites its own line. */
  readonly rewrites: boolean;
  /** Aborted by Ctrl-C and SIGTERM, from the first use of this property on. */
  readonly interrupt: AbortSignal;
  /** Text for people, unchanged: to standard output, or to standard error if JSON goes to standard output. */
  text(text: string): void;
  /**
   * The same for text from files and from the code under test, with an end of line: escaped, so that it cannot act on a
   * terminal.
   */
  line(text: string): void;
  /** The result for other programs, to the place that `--json` names; nothing without it. @param indent of its lines */
  json(value: unknown, indent?: number): void;
  /** Writes a result to a file. If that fails after all, prints the result, since it took long to make. */
  keep(option: string, file: string, value: unknown, indent?: number): void;
  /** Remarks beside the result, on standard error; nothing with `--quiet`. */
  note(line: string): void;
  /** What went wrong and does not end the command, on standard error. */
  complain(line: string): void;
  /** Progress, on standard error: on a terminal, a line that is overwritten. Nothing with `--quiet`. */
  live(line: string): void;
}

/** The `Io` of one call of a command. */
export class CommandIo implements Io {
  readonly quiet: boolean;
  private readonly file: string | undefined;
  private readonly stream: NodeJS.WriteStream;
  private interruption: Interruption | undefined;
  private isLive = false;
  private lost = false;

  /** @throws `Usage` if the file of `--json` cannot be written: checked before the work begins */
  constructor({ values }: Given) {
    this.quiet = values.quiet === true;
    this.file = values.json as string | undefined;
    this.stream = this.file === '-' ? process.stderr : process.stdout;
    requireWritable('--json', this.file);
  }

  get color(): boolean {
    return usesColor(this.stream);
  }

  get rewrites(): boolean {
    return process.stderr.isTTY === true;
  }

  get interrupt(): AbortSignal {
    this.interruption ??= new Interruption();
    return this.interruption.signal;
  }

  text(text: string): void {
    this.clearLive();
    this.stream.write(text);
  }

  line(text: string): void {
    this.text(`${printable(text)}\n`);
  }

  json(value: unknown, indent?: number): void {
    if (this.file !== undefined) this.keep('--json', this.file, value, indent);
  }

  keep(option: string, file: string, value: unknown, indent?: number): void {
    this.clearLive();
    // In JSON, characters that act on a terminal can be escaped without a change of meaning.
    const json = `${printable(JSON.stringify(value, undefined, indent))}\n`;
    try {
      writeOutput(option, file, json);
    } catch (error) {
      this.lost = true;
      this.complain((error as Error).message);
      process.stderr.write('The result follows on standard output, so that it is not lost.\n');
      process.stdout.write(json);
    }
  }

  note(line: string): void {
    if (!this.quiet) this.toErrors(`note: ${printable(line)}\n`);
  }

  complain(line: string): void {
    this.toErrors(`framelab: ${printable(line)}\n`);
  }

  live(line: string): void {
    if (this.quiet) return;
    const text = printableLine(line);
    // A line that wraps could not be overwritten.
    if (this.rewrites) process.stderr.write(`\r\x1b[K${text.slice(0, (process.stderr.columns || 80) - 1)}`);
    else process.stderr.write(`${text}\n`);
    this.isLive = true;
  }

  /** How the command ends: as a usage error if a result could not be written and nothing graver applies. */
  ending(due: Ending): Ending {
    return due === 'ok' && this.lost ? 'usage' : due;
  }

  /** Leaves the terminal and the process as they were. */
  close(): void {
    this.clearLive();
    this.interruption?.end();
  }

  private toErrors(text: string): void {
    this.clearLive();
    process.stderr.write(text);
  }

  private clearLive(): void {
    if (this.isLive && this.rewrites) process.stderr.write('\r\x1b[K');
    this.isLive = false;
  }
}

/** True if what is written there may be coloured. */
function usesColor(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && !process.env.NO_COLOR;
}
