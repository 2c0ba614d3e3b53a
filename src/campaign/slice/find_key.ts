import type { Recording } from '../../explore/replay/recording.ts';
import { checksum } from '../../platform/canonical_json.ts';
import type { Finding } from '../../results/finding.ts';
import type { ExploreCell, RunCell } from '../plan/plan.ts';

const DIGITS = 12;

/** Tells one kind of failure from another, whatever the machine and the schedule: by scenario, verdict, site and cause. */
export function keyOfRecording(cell: ExploreCell, recording: Recording): string {
  const { verdict, site = [], cause, message } = recording;
  const lines = site.map(({ file, text }) => ({ file, text }));
  // Where nothing tells where it was, what it says must do.
  const said = lines.length === 0 && cause === undefined ? masked(message) : undefined;
  return keyOf({ scenario: cell.scenario, verdict, lines, cause, said });
}

/** The same of what a search said of itself: it could not be repeated, or nothing was shown. */
export function keyOfFinding(cell: ExploreCell, { verdict, message }: Finding): string {
  return keyOf({ scenario: cell.scenario, verdict, said: masked(message) });
}

/** The same of what a run found. */
export function keyOfRun({ options }: RunCell, { verdict, message }: Finding): string {
  const { workload, allocator, lock } = options;
  return keyOf({ workload, allocator, lock, verdict, said: masked(message) });
}

function keyOf(what: object): string {
  return checksum(what).slice(0, DIGITS);
}

/** Without numbers, which differ from schedule to schedule. */
function masked(message: string): string {
  return message.replace(/\d+/g, '#');
}
