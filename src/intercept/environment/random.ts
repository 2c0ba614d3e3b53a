import { createRequire } from 'node:module';
import { type InterceptHost, type Interceptor, replace } from '../../control/thread/interceptor.ts';
import { highOf, nextOf, nextRandom, startStream } from '../../control/words/word_random.ts';

/**
 * Random numbers: each thread has its own stream, which starts anew in every schedule and depends on nothing but what the
 * thread has done itself, so that interleavings that differ in the order of independent operations stay equivalent.
 */
export const random: Interceptor = { name: 'random', install };

function install({ engine, seed }: InterceptHost): () => void {
  const stream = new Int32Array(4);
  const start = new Int32Array(4);
  // Not the streams of schedules, which have the number of a job in the third word.
  startStream(start, 0, seed, highOf(seed), -1, engine.me);
  const next = (): number => {
    // A strategy draws from the stream of the schedule.
    if (engine.aside) return nextRandom(engine.words);
    engine.inputs.draws++;
    return nextOf(stream, 0);
  };
  const fill = <A extends ArrayBufferView>(array: A): A => {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    for (let i = 0; i < bytes.length; i++) bytes[i] = next();
    return array;
  };
  const fillPart = <A extends ArrayBufferView & { BYTES_PER_ELEMENT?: number; length?: number }>(
    array: A,
    offset = 0,
    size = (array.length ?? array.byteLength) - offset,
  ): A => {
    const unit = array.BYTES_PER_ELEMENT ?? 1;
    fill(new Uint8Array(array.buffer, array.byteOffset + offset * unit, size * unit));
    return array;
  };
  const uuid = (): string => {
    const bytes = fill(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  };
  replace(Math, 'random', () => (next() + (next() >>> 11) / 0x20_0000) / 0x1_0000_0000);
  const crypto = createRequire(import.meta.url)('node:crypto') as Record<string, unknown>;
  replace(globalThis.crypto, 'getRandomValues', fill);
  replace(globalThis.crypto, 'randomUUID', uuid);
  replace(crypto, 'randomUUID', uuid);
  replace(crypto, 'randomFillSync', fillPart);
  replace(crypto, 'randomBytes', (size: number, callback?: (error: null, bytes: Buffer) => void) => {
    const bytes = fill(Buffer.alloc(size));
    if (callback === undefined) return bytes;
    queueMicrotask(() => callback(null, bytes));
  });
  replace(crypto, 'randomInt', (low: number, high?: number) => {
    const [from, to] = typeof high === 'number' ? [low, high] : [0, low];
    return from + Math.floor((next() / 0x1_0000_0000) * (to - from));
  });

  return () => {
    // Word by word: TypedArray.prototype.set costs more than all the rest.
    for (let i = 0; i < 4; i++) stream[i] = start[i];
  };
}
