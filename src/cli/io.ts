import { printable, printableLine } from '../platform/printable.ts';
import type { Ending } from './exit_codes.ts';
import { Interruption } from './interrupt.ts';
import type { Given } from './options.ts';
import { requireWritable, writeOutput } from './output.ts';

/** Where a command writes, and what it is told while it works. */
export interface Io {
  /** `--quiet` was given. */
  readonly quiet: boolean;
  /** True where what `text` writes may be coloured: NO_COLOR is respected, whatever its value. */
  readonly color: boolean;
  /** True where `live` writes over its own line. */
  readonly rewrites: boolean;
  /** Aborted by Ctrl-C and SIGTERM, from the first time that it is asked for. */
  readonly interrupt: AbortSignal;
  /** Where people read: standard output, or standard error where JSON goes to standard output. As it is. */
  text(text: string): void;
  /** The same for text of files and of the code under test, with an end of line: nothing in it acts on a terminal. */
  line(text: string): void;
  /** The result for other programs, where `--json` says; nothing where it was not given. @param indent of its lines */
  json(value: unknown, indent?: number): void;
  /** Keeps a result in a file. What took long to find out is printed where it cannot be written after all. */
  keep(option: string, file: string, value: unknown, indent?: number): void;
  /** What is to be known beside the result, on standard error; nothing with `--quiet`. */
  note(line: string): void;
  /** What went wrong and does not end the command, on standard error. */
  complain(line: string): void;
  /** How the work gets on, on standard error: a line that is written over on a terminal. Nothing with `--quiet`. */
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

  /** @throws `Usage` where the file of `--json` cannot be written: before a minute's work */
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
    // In JSON what acts on a terminal can be written out, and means the same.
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
    // A line that wraps could not be written over.
    if (this.rewrites) process.stderr.write(`\r\x1b[K${text.slice(0, (process.stderr.columns || 80) - 1)}`);
    else process.stderr.write(`${text}\n`);
    this.isLive = true;
  }

  /** How the command ends all in all: where a result could not be kept and nothing graver is due, as a usage error. */
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

/** True where what is written there may be coloured. */
function usesColor(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && !process.env.NO_COLOR;
}
