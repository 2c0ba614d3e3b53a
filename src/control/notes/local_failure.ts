import { types } from 'node:util';
import { shownStack } from './frames.ts';

/** A failure with something that does not fit into words. */
export interface LocalFailure {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /** Of an error of a Worker that came to the thread that failed by it: who threw it first. */
  readonly origin?: { readonly thread: number; readonly unheard: boolean };
}

/** An error as it can be told to the main thread. */
export function describeError(error: unknown): LocalFailure {
  if (isError(error)) {
    return {
      name: String(error.name),
      message: String(error.message),
      stack: shownStack(String(error.stack ?? '')),
    };
  }
  return { name: 'thrown value', message: String(error), stack: '' };
}

/** An error of this realm or of another: a test runner loads modules into a realm of its own. */
export function isError(value: unknown): value is Error {
  return types.isNativeError(value) || value instanceof Error;
}
