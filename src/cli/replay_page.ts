import { failurePage } from '../explore/picture/failure_page.ts';
import type { ReplayResult } from '../explore/regress/replay.ts';
import { aboutSchedule } from '../explore/replay/about_schedule.ts';
import { writeOutput } from './output.ts';

/**
 * Writes what a replay showed as a page; returns the line to print about it.
 *
 * @param replayed the replay file
 * @throws `Usage` if the page cannot be written
 */
export function writeReplayPage(
  page: string,
  replayed: string,
  { failure, recording }: ReplayResult,
): string {
  if (failure === undefined) return `${page} was not written: there is no failure to show`;
  const about = aboutSchedule(recording, { replay: replayed, shrink: replayed });
  writeOutput('--html', page, failurePage(failure, about, recording.threads));
  return `Look at it in: ${page}`;
}
