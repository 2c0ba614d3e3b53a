import { Labels } from '../../control/memory/labels.ts';
import { type PortFact, portName, readPorts } from '../../control/memory/port_names.ts';
import type { LocalFailure } from '../../control/notes/local_failure.ts';
import { preview } from '../../control/notes/preview.ts';
import type { InterceptHost } from '../../control/thread/interceptor.ts';
import { W } from '../../control/words/layout.ts';

/** How a thread of a program came to its end. */
export interface Ending {
  readonly code: number;
  readonly byError: boolean;
  readonly error?: unknown;
  /** Where it called `process.exit()`, if it did. */
  readonly exitedAt?: string;
  /** It was left with a top-level await that nothing settled: what is there that could have. */
  readonly unsettled?: string;
  readonly terminated?: true;
}

/** An end in a few words, for the step. */
export function endingText({ byError, error, exitedAt, unsettled, terminated }: Ending): string | undefined {
  if (terminated) return 'it was terminated';
  if (byError)
    return error instanceof Error ? `${error.name}: ${error.message.split('\n')[0]}` : preview(error);
  if (unsettled !== undefined) return 'a top-level await was never settled';
  return exitedAt === undefined ? undefined : 'process.exit()';
}

/** What is wrong with a program's exit code. @param expected the one that is right */
export function wrongExitCode({ code, exitedAt, unsettled }: Ending, expected: number): LocalFailure {
  const right = expected === 0 ? '' : `, not ${expected}`;
  const why =
    unsettled !== undefined
      ? `: a top-level await of its main thread, thread 0, was never settled; ${unsettled}`
      : exitedAt !== undefined
        ? ': its main thread, thread 0, called process.exit()'
        : '';
  return {
    name: 'exit',
    message: `the program ended with exit code ${code}${right}${why}`,
    stack: exitedAt ?? '',
  };
}

/** What a thread has left that could settle a promise, but does not keep it alive; at its end, before it is closed. */
export function whatIsLeft({ engine, loop }: InterceptHost): string {
  const { words, layout, me } = engine;
  const ports = readPorts(words, layout);
  const labels = new Labels([], [], [], { ports, elementBytes: new Map() });
  const left: string[] = [];
  for (const { waiter } of loop.pending.all) {
    if (waiter < 0) {
      left.push('a timer after unref()');
      continue;
    }
    const at = layout.waiters + waiter * W.WORDS;
    left.push(`Atomics.waitAsync on ${labels.place(words[at + W.BUFFER], words[at + W.OFFSET])}`);
  }
  for (const port of ports) {
    if (port.owner === me && !port.isClosed && !port.keepsAlive && isHeard(port))
      left.push(portText(ports, port));
  }
  const texts = [...new Set(left)];
  if (texts.length === 0) return 'nothing was left that could settle it';
  return `left were, and did not keep it alive: ${texts.join(', ')}`;
}

function isHeard({ kind, started }: PortFact): boolean {
  return started || kind === 'Worker';
}

function portText(ports: readonly PortFact[], { port, kind, peer }: PortFact): string {
  if (kind === 'Worker') return `its Worker, thread ${ports[peer].owner}, after unref()`;
  return `${portName(ports, port)}, after unref()`;
}
