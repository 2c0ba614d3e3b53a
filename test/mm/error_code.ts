import { expect } from 'vitest';
import type { ErrorCode } from '#src/platform/error.js';

/** Matches an error of that code. */
export function code(name: ErrorCode): unknown {
  return expect.objectContaining({ code: name });
}
