import { inShort } from '../explore/picture/in_short.ts';
import type { ScheduleFailed } from '../explore/replay/schedule_failed.ts';
import { type ShrinkResult, shrink } from '../explore/shrink/shrink.ts';
import { LabError } from '../platform/error.ts';
import { isShrinkable } from '../verdicts/blame.ts';
import type { Io } from './io.ts';

/**
 * Shrinks a find for a short time, so that it can be shown in a few lines; null if that was not asked for, the verdict
 * does not allow it, or it fails.
 *
 * @param timeMs time to spend, in milliseconds; 0 for none
 */
export async function shrinkFind(
  { failure, replayFile }: ScheduleFailed,
  timeMs: number,
  io: Pick<Io, 'interrupt' | 'live' | 'note' | 'rewrites'>,
): Promise<ShrinkResult | null> {
  if (timeMs === 0 || replayFile === undefined || !isShrinkable(failure.verdict)) return null;
  try {
    return await shrink(replayFile, {
      timeMs,
      html: null,
      signal: io.interrupt,
      onProgress: io.rewrites ? (line) => io.live(`shrinking: ${line}`) : undefined,
    });
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    io.note(`the find could not be made smaller: ${error.message}`);
    return null;
  }
}

/** What became smaller, in a few lines. */
export function shrunkText({ failure, after, minimal, file }: ShrinkResult): string {
  const { steps, preemptions } = after;
  const fewest = minimal ? ', the fewest' : '';
  const size = `${steps} steps, ${preemptions} preemption${preemptions === 1 ? '' : 's'}${fewest}`;
  const kept = file === undefined ? '' : `; ${file}`;
  return [`In short (${size}${kept}):`, ...inShort(failure).map((line) => `  ${line}`)].join('\n');
}

/** The same for other programs. */
export function shrunkAsJson({ before, after, minimal, file }: ShrinkResult): object {
  return { before, after, minimal, file: file ?? null };
}
