import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { Worker } from 'node:worker_threads';
import { type Entry, withoutPreloads } from './start.ts';

const RealWorker = Worker;

/** What a Worker may be started with, as far as it makes a difference here. */
export interface WorkerOptions {
  readonly eval?: unknown;
  readonly workerData?: unknown;
  readonly transferList?: unknown;
  readonly argv?: unknown;
  readonly execArgv?: unknown;
  readonly env?: unknown;
  readonly name?: unknown;
  readonly stdin?: unknown;
  readonly stdout?: unknown;
  readonly stderr?: unknown;
  readonly resourceLimits?: unknown;
}

/** @throws what Node.js throws of a wrong argument, before anything is started */
export function checkOptions({ argv, execArgv, env, name }: WorkerOptions): void {
  if (argv !== undefined && !Array.isArray(argv))
    throw wrongType('options.argv', 'an instance of Array', argv);
  if (execArgv !== undefined && !Array.isArray(execArgv))
    throw wrongType('options.execArgv', 'an instance of Array', execArgv);
  if (name !== undefined && name !== '' && typeof name !== 'string')
    throw wrongType('options.name', 'of type string', name);
  if (env !== undefined && env !== null && typeof env !== 'object' && typeof env !== 'symbol')
    throw wrongType(
      'options.env',
      'of type object or one of undefined, null, or worker_threads.SHARE_ENV',
      env,
    );
}

/** Those that the host has taken before. */
const taken = new Set<string>();

/**
 * The host itself says which arguments a Worker may not have. @throws what it throws
 * @returns those that it would take, and that have no effect here
 */
export function checkExecArgv(
  execArgv: readonly string[],
  outsideControl: (check: () => void) => void,
): string[] {
  const others = withoutPreloads(execArgv);
  const key = JSON.stringify(others);
  if (others.length === 0 || taken.has(key)) return others;
  outsideControl(() => requireTaken(others));
  taken.add(key);
  return others;
}

function requireTaken(others: readonly string[]): void {
  const started = new RealWorker('', { eval: true, execArgv: [...others], env: {} });
  started.unref();
  void started.terminate();
}

/** Where a Worker begins. @throws what Node.js throws of a file name that is none */
export function entryOf(filename: unknown, options: WorkerOptions): Entry {
  if (options.eval) {
    if (typeof filename !== 'string') {
      throw coded(
        TypeError,
        'ERR_INVALID_ARG_VALUE',
        `The property 'options.eval' must be false when 'filename' is not a string. Received ${inspect(options.eval)}`,
      );
    }
    return { kind: 'eval', source: filename };
  }
  if (filename instanceof URL || isUrl(filename)) {
    const { href, protocol } = filename as URL;
    if (protocol === 'data:') return { kind: 'data', url: href };
    // What is no path is refused by its name.
    fileURLToPath(href);
    return { kind: 'file', url: href };
  }
  if (typeof filename !== 'string')
    throw wrongType('filename', 'of type string or an instance of URL', filename);
  if (isAbsolute(filename) || /^\.\.?[\\/]/.test(filename)) {
    return { kind: 'file', url: pathToFileURL(resolve(filename)).href };
  }
  const hint = filename.startsWith('file://')
    ? ' Wrap file:// URLs with `new URL`.'
    : filename.startsWith('data:text/javascript')
      ? ' Wrap data: URLs with `new URL`.'
      : '';
  throw coded(
    TypeError,
    'ERR_WORKER_PATH',
    `The worker script or module filename must be an absolute path or a relative path starting with './' or '../'.${hint} Received "${filename}"`,
  );
}

/** A URL of another realm, or a shim's. */
function isUrl(value: unknown): value is URL {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as URL).href === 'string' &&
    'protocol' in value
  );
}

function wrongType(name: string, must: string, given: unknown): Error {
  const kind = name.includes('.') ? 'property' : 'argument';
  return coded(
    TypeError,
    'ERR_INVALID_ARG_TYPE',
    `The "${name}" ${kind} must be ${must}. Received ${received(given)}`,
  );
}

function received(value: unknown): string {
  if (value === null || value === undefined) return `${value}`;
  if (typeof value === 'function') return `function ${value.name}`;
  if (typeof value === 'object') return `an instance of ${value.constructor?.name ?? 'Object'}`;
  return `type ${typeof value} (${inspect(value, { colors: false })})`;
}

function coded(Type: ErrorConstructor, code: string, message: string): Error {
  return Object.assign(new Type(message), { code });
}
