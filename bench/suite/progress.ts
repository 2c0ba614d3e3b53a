/**
 * Shows the progress of the suite on a stream: one line that is overwritten on a terminal, elsewhere a line for each
 * part.
 */
export class Progress {
  private readonly stream: NodeJS.WriteStream | null;
  private readonly parts: number;
  private readonly startMs = performance.now();
  private part = 0;
  private name = '';

  /** @param stream null for silence */
  constructor(stream: NodeJS.WriteStream | null, parts: number) {
    this.stream = stream;
    this.parts = parts;
  }

  /** A part begins. */
  begin(name: string): void {
    this.part++;
    this.name = name;
    if (this.stream?.isTTY) this.show('');
    else this.stream?.write(`[${this.part}/${this.parts}] ${name}\n`);
  }

  /** What is measured next in it. */
  show(what: string): void {
    if (!this.stream?.isTTY) return;
    const seconds = ((performance.now() - this.startMs) / 1000).toFixed(0);
    this.stream.write(`\r\x1b[K${seconds} s  [${this.part}/${this.parts}] ${this.name}  ${what}`);
  }

  /** Leaves the terminal as it was. */
  clear(): void {
    if (this.stream?.isTTY) this.stream.write('\r\x1b[K');
  }
}
