import { createHash } from 'node:crypto';
import { readTrace } from '#src/control/words/trace.js';
import type { Session } from '#src/explore/scenario/session.js';

/** A hash of all steps of the schedule that a session ran last. */
export function eventHash({ words, layout }: Session): string {
  return createHash('sha256')
    .update(JSON.stringify(readTrace(words, layout)))
    .digest('hex');
}
