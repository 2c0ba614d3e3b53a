/** A failure with something that does not fit into words. */
export interface LocalFailure {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

/** An error as it can be told to the main thread. */
export function describeError(error: unknown): LocalFailure {
  if (error instanceof Error) {
    return { name: error.name, message: error.message, stack: String(error.stack ?? '') };
  }
  return { name: 'thrown value', message: String(error), stack: '' };
}
