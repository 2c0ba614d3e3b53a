import { Console } from 'node:console';
import { writeSync } from 'node:fs';
import { Writable } from 'node:stream';

/** Characters of each stream that are kept for whoever looks at the end of a program. */
const KEPT_MAX = 1 << 20;

/** What a thread of a program prints: kept, shown where that is asked for, or sent to its parent. */
export class Output {
  private kept = '';
  private sink: ((chunk: unknown) => void) | undefined;
  private readonly fd: 1 | 2;
  private readonly shows: () => boolean;

  private readonly over: () => boolean;

  /** @param fd 1 or 2 @param shows whether it is shown at once @param over the thread has ended: what it still prints is lost */
  constructor(fd: 1 | 2, shows: () => boolean, over: () => boolean) {
    this.fd = fd;
    this.shows = shows;
    this.over = over;
  }

  get text(): string {
    return this.kept;
  }

  /** A schedule begins. @param sink where it goes instead, if it does */
  begin(sink?: (chunk: unknown) => void): void {
    this.kept = '';
    this.sink = sink;
  }

  stream(): Writable {
    const write = (chunk: unknown, encoding: BufferEncoding): void => this.write(chunk, encoding);
    const stream = new Writable({
      decodeStrings: false,
      write(chunk, encoding, done) {
        write(chunk, encoding);
        done();
      },
    });
    return Object.assign(stream, { fd: this.fd, _type: 'fs' });
  }

  private write(chunk: unknown, encoding: BufferEncoding): void {
    if (this.over()) return;
    if (this.sink !== undefined) {
      this.sink(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk);
      return;
    }
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString();
    if (this.kept.length < KEPT_MAX) this.kept += text;
    if (this.shows()) show(this.fd, text);
  }
}

function show(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      // A pipe that is full for the moment; what cannot be shown at all is let go.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
    }
  }
}

/** Both streams of a thread. */
export class Outputs {
  readonly out: Output;
  readonly err: Output;

  constructor(shows: () => boolean, over: () => boolean) {
    this.out = new Output(1, shows, over);
    this.err = new Output(2, shows, over);
  }

  /** Replaces the streams of `process` and what `console` writes to: anew for each schedule. */
  install(): void {
    const [stdout, stderr] = [this.out.stream(), this.err.stream()];
    for (const [name, value] of Object.entries({ stdout, stderr })) {
      Object.defineProperty(process, name, { value, writable: true, configurable: true, enumerable: true });
    }
    const own = new Console({ stdout, stderr });
    for (const [name, method] of Object.entries(own)) {
      if (typeof method === 'function') (console as unknown as Record<string, unknown>)[name] = method;
    }
  }
}
