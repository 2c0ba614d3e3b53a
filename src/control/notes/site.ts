/**
 * Where in the code under test an operation was called. Taking a stack costs microseconds, so it is done
 * only where a loop is suspected, and at every step of a schedule that is replayed to be shown.
 */
import { shownStack } from './frames.ts';
import { isOwnFrame } from './own_frame.ts';

/** Frames that people see. */
const FRAMES = 16;
/** Frames that tell loops apart: deep enough for two calls of one function. Each costs half a microsecond. */
const KEY_FRAMES = 8;
/** Frames of the spin detection, from its call of `siteKey` up to the replaced operation. */
const OWN_FRAMES = 5;

/** The stack as text, without the explorer's own frames. */
export function stackText(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES + 6;
  const stack = new Error().stack ?? '';
  Error.stackTraceLimit = limit;
  const own = stack
    .split('\n')
    .slice(1)
    .filter((line) => !isOwnFrame(line));
  return shownStack(own.join('\n'));
}

const positions = (_error: Error, sites: NodeJS.CallSite[]): unknown => {
  // Two sites are the same when every frame is at the same position of a function of the same name.
  let text = '';
  for (let i = OWN_FRAMES; i < sites.length; i++) {
    const name = sites[i].getFunctionName();
    text += `${name ?? ''}@${sites[i].getPosition()};`;
  }
  return text;
};

/** A text that is equal for equal stacks; cheaper than the stack itself. */
export function siteKey(): string {
  const limit = Error.stackTraceLimit;
  const prepare = Error.prepareStackTrace;
  Error.stackTraceLimit = KEY_FRAMES + OWN_FRAMES;
  Error.prepareStackTrace = positions;
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, siteKey);
  const key = holder.stack as string;
  Error.prepareStackTrace = prepare;
  Error.stackTraceLimit = limit;
  return key;
}
