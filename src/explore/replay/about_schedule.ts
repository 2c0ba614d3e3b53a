import { callCommand, quoted } from '../../platform/call_command.ts';
import type { ViewedSchedule } from '../../results/interleaving_view.ts';
import { where } from '../options/where.ts';
import { replayFlag } from './authenticity.ts';
import type { Recording } from './recording.ts';

/**
 * Where a schedule comes from, and the commands that run it again.
 *
 * @param replay the file that replays it; undefined if there is none
 * @param shrink the file to make smaller; undefined where that makes no sense
 */
export function aboutSchedule(
  recording: Recording,
  files: { readonly replay?: string; readonly shrink?: string },
): ViewedSchedule {
  const command = (name: string, file: string | undefined): string | null =>
    file === undefined ? null : `${callCommand()} ${name} ${quoted(file)}${replayFlag(recording)}`;
  const { seed, found, timeouts, scenario } = recording;
  return {
    scenario: where(scenario) + new URL(scenario).search,
    seed,
    strategy: found.strategy,
    schedule: found.schedule,
    job: found.job,
    timeouts,
    replay: command('replay', files.replay),
    shrink: command('shrink', files.shrink),
  };
}
