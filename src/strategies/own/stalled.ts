import { H, STRATEGY_CALL } from '../../control/words/layout.ts';

const CALLS: Readonly<Record<number, string>> = {
  [STRATEGY_CALL.BEGIN]: 'begin()',
  [STRATEGY_CALL.PICK]: 'pick()',
  [STRATEGY_CALL.END]: 'end()',
};

/** The call of a user's strategy that was under way when a run came to no end; undefined if the code under test ran. */
export function callUnderWay(words: Int32Array): string | undefined {
  return words[H.STRATEGY_CREATES] > 0 ? 'create()' : CALLS[words[H.STRATEGY_CALL]];
}
