import { interleavingPage } from '../../page/interleaving/interleaving_page.ts';
import { TOOL_VERSION } from '../../platform/version.ts';
import type { ViewedSchedule } from '../../results/interleaving_view.ts';
import type { Failure } from '../../verdicts/failure.ts';
import { viewOf } from './view.ts';

/** A failing schedule as one HTML page. @param threads how many it had */
export function failurePage(failure: Failure, about: ViewedSchedule, threads: number): string {
  return interleavingPage(
    viewOf(failure, about, threads),
    `framelab ${TOOL_VERSION}, Node.js ${process.version}`,
  );
}
