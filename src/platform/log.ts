import { assertFunction, shown } from './arguments.ts';
import { LabError } from './error.ts';

/** How much a logger says, least first. */
export const LOG_LEVELS = ['silent', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The one logger: OSTD's `log::info!` and `log::debug!`. Both are lazy, so that silence costs nothing. */
export interface Logger {
  info(message: () => string): void;
  debug(message: () => string): void;
}

/** A logger that writes lines to `write`. @throws `InvalidArgs` */
export function createLogger(level: LogLevel, write: (line: string) => void): Logger {
  const rank = LOG_LEVELS.indexOf(level);
  if (rank < 0) {
    throw new LabError('InvalidArgs', `log level ${shown(level)}: must be one of ${LOG_LEVELS.join(', ')}`);
  }
  assertFunction(write, 'what writes the log');
  return {
    info: (message) => {
      if (rank >= 1) write(`info: ${message()}`);
    },
    debug: (message) => {
      if (rank >= 2) write(`debug: ${message()}`);
    },
  };
}

/** Default logger: to stderr, at the level in the environment variable `FRAMELAB_LOG`. */
export function defaultLogger(): Logger {
  const level = process.env.FRAMELAB_LOG;
  return createLogger(level === 'info' || level === 'debug' ? level : 'silent', (line) => {
    process.stderr.write(`${line}\n`);
  });
}
