import type { Buffers } from '../memory/buffers.ts';
import { H, type Layout, T, W } from '../words/layout.ts';
import { ACTS, KIND, WRITES_WHATEVER } from '../words/operation.ts';
import { bitsAt, int32At } from './originals.ts';

/**
 * Would the pending operation of a thread take effect if it were executed now: change memory, go to sleep, wake
 * a thread? Never says no where it would.
 */
export function takesEffect(words: Int32Array, layout: Layout, buffers: Buffers, thread: number): boolean {
  const block = layout.threads + thread * T.WORDS;
  const kind = words[block + T.KIND];
  const buffer = words[block + T.BUFFER];
  const offset = words[block + T.OFFSET];
  const size = words[block + T.SIZE];
  if (kind === KIND.NOTIFY) return words[block + T.A] !== 0 && isWaitedFor(words, layout, buffer, offset);
  const memory = buffers.bytes(buffer);
  // A buffer that another thread made for itself.
  if (memory === undefined) return true;
  const writes = words[H.RACES] === 0 ? ACTS : WRITES_WHATEVER;
  const acts = writes[kind];
  const mask = size === 1 ? 0xff : size === 2 ? 0xffff : -1;
  const low = bitsAt(memory, offset, size);
  const a = words[block + T.A] & mask;
  const b = words[block + T.B] & mask;
  if (size < 8) return acts(low, a, low === a, a === b);
  const high = int32At(memory, offset + 4);
  const aHigh = words[block + T.A_HIGH];
  const bHigh = words[block + T.B_HIGH];
  const found = low === a && high === aHigh;
  const keeps = a === b && aHigh === bHigh;
  return acts(low, a, found, keeps) || acts(high, aHigh, found, keeps);
}

function isWaitedFor(words: Int32Array, layout: Layout, buffer: number, offset: number): boolean {
  for (let i = 0; i < words[H.WAITERS]; i++) {
    const w = layout.waiters + i * W.WORDS;
    if (words[w + W.STATE] === 1 && words[w + W.BUFFER] === buffer && words[w + W.OFFSET] === offset)
      return true;
  }
  return false;
}
