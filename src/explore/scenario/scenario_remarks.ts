import { reachableBuffers } from '../../control/memory/reach.ts';
import type { ScenarioFacts } from '../../control/session/protocol.ts';
import { LabError } from '../../platform/error.ts';
import { EXPORT_NAMES } from './scenario_exports.ts';

/** A misspelt export is refused where the one that was meant is missing: it would silently check nothing. */
export function refuseMisspelt(facts: ScenarioFacts, where: string): void {
  const names = facts.exported.map(([name]) => name);
  for (const [name, type] of facts.exported) {
    if (EXPORT_NAMES.includes(name)) continue;
    // What is no function does not stand for names(): a scenario may well export its name.
    const mayMean = (one: string): boolean =>
      !names.includes(one) && (one !== 'names' || type === 'function');
    const meant = EXPORT_NAMES.find((one) => mayMean(one) && isMisspelt(name, one));
    if (meant === undefined) continue;
    throw new LabError('Usage', `${where} exports ${name}; did you mean ${meant}?`);
  }
}

/** What is to be known before a scenario runs: that nothing is checked, or nothing shared. @param races they are looked for */
export function scenarioRemarks(facts: ScenarioFacts, shared: unknown, races = false): string[] {
  const remarks: string[] = [];
  if (!isChecked(facts)) {
    const found = `errors, ${races ? 'data races, ' : ''}endless waits and endless loops`;
    remarks.push(`the scenario exports neither check() nor invariant(): ${found} are all that can be found`);
  }
  if (reachableBuffers(shared).buffers.length === 0) {
    remarks.push('nothing is shared: setup() returned no SharedArrayBuffer, and no view of one');
  }
  return remarks;
}

function isChecked(facts: ScenarioFacts): boolean {
  return facts.check === 'function' || facts.invariant === 'function';
}

/** One letter too many, too few or wrong, two exchanged, or another case. */
function isMisspelt(name: string, meant: string): boolean {
  const a = name.toLowerCase();
  const b = meant.toLowerCase();
  if (a === b) return true;
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const left = a.slice(start, a.length - end);
  const right = b.slice(start, b.length - end);
  if (left.length <= 1 && right.length <= 1) return true;
  return left.length === 2 && left[0] === right[1] && left[1] === right[0];
}
