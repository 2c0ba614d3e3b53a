/** What the nemesis may do in a schedule, as options, files and the command line say it. */
import { FAULT_NAMES, FAULTS_MAX, type FaultName, type Faults } from '../../control/words/fault.ts';
import { type OptionRule, wholeNumber } from '../../platform/options_check.ts';

/** What each kind is called on the command line. */
const WORDS: Readonly<Record<FaultName, string>> = {
  kill: 'kill',
  stop: 'stop',
  spuriousWake: 'spurious-wake',
  noMemory: 'no-memory',
};
export const FAULT_WORDS: readonly string[] = Object.values(WORDS);
export const FAULT_ALLOWED = `${FAULT_WORDS.slice(0, -1).join(', ')} or ${FAULT_WORDS.at(-1)}, with most of them in a schedule from 1 to ${FAULTS_MAX}, as in kill:2`;

/** A kind of fault, and most of it in a schedule. */
export interface FaultAsked {
  readonly name: FaultName;
  readonly most: number;
}

/** Reads `kill` and `kill:2`; undefined for anything else. */
export function readFault(text: string): FaultAsked | undefined {
  const [word, most = '1', ...others] = text.split(':');
  const name = FAULT_NAMES.find((one) => WORDS[one] === word);
  if (name === undefined || others.length > 0 || !/^[1-9]\d?$/.test(most) || Number(most) > FAULTS_MAX)
    return undefined;
  return { name, most: Number(most) };
}

/** Of a kind that is given twice the last counts. */
export function faultsFrom(asked: readonly FaultAsked[] | undefined): Faults | undefined {
  if (asked === undefined) return undefined;
  return Object.fromEntries(asked.map(({ name, most }) => [name, most]));
}

/** `kill:1`, one for each kind: as the command line has them. */
export function faultWords(faults: Faults): string[] {
  return FAULT_NAMES.flatMap((name) => ((faults[name] ?? 0) === 0 ? [] : [`${WORDS[name]}:${faults[name]}`]));
}

const most = wholeNumber(0, FAULTS_MAX);

/** The rule for an object of faults. */
export const faultsRule: OptionRule = (value) => {
  const allowed = `an object of ${FAULT_NAMES.join(', ')}, each a whole number from 0 to ${FAULTS_MAX}`;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return allowed;
  const wrong = Object.entries(value).some(
    ([name, times]) =>
      !(FAULT_NAMES as readonly string[]).includes(name) ||
      (times !== undefined && most(times) !== undefined),
  );
  return wrong ? allowed : undefined;
};
