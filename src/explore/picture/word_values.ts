import type { Labels } from '../../control/memory/labels.ts';
import type { Step } from '../../control/words/trace.ts';
import type { ViewedWord, WordValue } from '../../results/interleaving_view.ts';
import { overlap, type Place } from '../../verdicts/history.ts';
import { touches, upperHalves, valueAfter, valueBefore } from './word_bits.ts';

/** A word that steps touch, with these steps. */
interface Word extends Place {
  readonly touched: number[];
}

/** What one byte holds from a step on, until the next entry, and held just before it; undefined: not known. */
type ByteHistory = (readonly [step: number, value: number | undefined, before: number | undefined])[];

/** What is known of one byte at a step: its value before and after it. */
interface Sight {
  readonly step: number;
  readonly before: number | undefined;
  readonly after: number | undefined;
}

/**
 * The memory's words after each step, as the steps tell it: byte by byte, so that words of several sizes may overlap. Where a
 * step finds another value than the one before it left, a plain write was in between, nobody knows when: what the word held
 * between the two is not known.
 *
 * @param endOf the value of a word at the end of the schedule, as a whole number; undefined if it is not known
 */
export function wordValues(
  steps: readonly Step[],
  labels: Labels,
  endOf: (place: Place) => bigint | undefined,
): ViewedWord[] {
  const words = wordsOf(steps);
  const bytes = byteHistories(steps, words, endOf);
  return words.map((word) => {
    const signed = isSigned(steps, word);
    const histories = Array.from({ length: word.size }, (_, i) => bytes.get(keyOf(word, i)) ?? []);
    return {
      name: labels.place(word.buffer, word.offset),
      bytes: word.size,
      values: valuesOf(word, histories, steps, signed),
    };
  });
}

function keyOf({ buffer, offset }: Pick<Place, 'buffer' | 'offset'>, byte: number): string {
  return `${buffer} ${offset + byte}`;
}

function wordsOf(steps: readonly Step[]): Word[] {
  const words = new Map<string, Word>();
  for (let i = 0; i < steps.length; i++) {
    const { buffer, offset, size } = steps[i];
    if (!touches(steps[i])) continue;
    const key = `${buffer} ${offset} ${size}`;
    const word = words.get(key) ?? { buffer, offset, size, touched: [] };
    words.set(key, word);
    word.touched.push(i);
  }
  return [...words.values()];
}

function byteHistories(
  steps: readonly Step[],
  words: readonly Word[],
  endOf: (place: Place) => bigint | undefined,
): Map<string, ByteHistory> {
  const sights = new Map<string, Sight[]>();
  for (const word of words) {
    const halves = word.size === 8 ? halvesOf(word, steps, words, endOf) : undefined;
    for (let n = 0; n < word.touched.length; n++) {
      const step = word.touched[n];
      const before = valueBefore(steps[step]);
      const after = valueAfter(steps[step]);
      for (let byte = 0; byte < word.size; byte++) {
        const shift = (byte % 4) * 8;
        const part = (value: number | undefined): number | undefined =>
          value === undefined ? undefined : (value >>> shift) & 0xff;
        const sight =
          byte < 4
            ? { step, before: part(before), after: part(after) }
            : { step, before: part(halves?.[n].before), after: part(halves?.[n].after) };
        const key = keyOf(word, byte);
        const known = sights.get(key);
        if (known === undefined) sights.set(key, [sight]);
        else known.push(sight);
      }
    }
  }
  const histories = new Map<string, ByteHistory>();
  for (const [key, seen] of sights) histories.set(key, historyOf(seen.sort((a, b) => a.step - b.step)));
  return histories;
}

function halvesOf(
  word: Word,
  steps: readonly Step[],
  words: readonly Word[],
  endOf: (place: Place) => bigint | undefined,
): ReturnType<typeof upperHalves> {
  const { touched } = word;
  const others = words.filter((other) => other !== word && overlap(other, word));
  const writtenBetween = (from: number, to: number): boolean =>
    others.some((other) => other.touched.some((i) => i > from && i < to && steps[i].changed));
  const linked = (n: number): boolean =>
    valueAfter(steps[touched[n - 1]]) === valueBefore(steps[touched[n]]) &&
    !writtenBetween(touched[n - 1], touched[n]);
  const last = touched[touched.length - 1];
  const end = endOf(word);
  const ends =
    end !== undefined &&
    Number(end & 0xffff_ffffn) === valueAfter(steps[last]) &&
    !writtenBetween(last, steps.length);
  return upperHalves(
    touched.map((i) => steps[i]),
    linked,
    ends ? Number(BigInt.asIntN(32, end >> 32n)) : undefined,
  );
}

/** Known from the first sight on; open where two sights that follow one another do not fit. */
function historyOf(sights: readonly Sight[]): ByteHistory {
  const history: ByteHistory = [];
  for (let i = 0; i < sights.length; i++) {
    const { step, before, after } = sights[i];
    history.push([step, after, before]);
    const next = sights[i + 1];
    if (next === undefined || next.step === step + 1) continue;
    if (after !== undefined && next.before !== undefined && next.before !== after)
      history.push([step + 1, undefined, undefined]);
  }
  return history;
}

/** The values of a word out of its bytes': an entry where one of them changes, or becomes known or unknown. */
function valuesOf(
  word: Word,
  histories: readonly ByteHistory[],
  steps: readonly Step[],
  signed: boolean,
): WordValue[] {
  const at = [...new Set(histories.flatMap((history) => history.map(([step]) => step)))];
  const next = histories.map(() => 0);
  const now: (number | undefined)[] = histories.map(() => undefined);
  const values: WordValue[] = [];
  let held: string | null | undefined;
  for (const step of at.sort((a, b) => a - b)) {
    const old = [...now];
    for (let i = 0; i < histories.length; i++) {
      const entry = histories[i][next[i]];
      if (entry?.[0] !== step) continue;
      next[i]++;
      now[i] = entry[1];
      old[i] = entry[2];
    }
    const value = textOf(now, signed);
    const before = textOf(old, signed);
    const changes = steps[step].changed && overlap(steps[step], word) && (value === null || value !== before);
    if (changes) values.push([step, value, before]);
    else if (value !== held) values.push([step, value]);
    held = value;
  }
  return values;
}

function textOf(bytes: readonly (number | undefined)[], signed: boolean): string | null {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) {
    const byte = bytes[i];
    if (byte === undefined) return null;
    value = (value << 8n) | BigInt(byte);
  }
  return String(signed ? BigInt.asIntN(bytes.length * 8, value) : value);
}

/**
 * Words of 32 and 64 bits are shown with a sign, as steps are. Of a narrower one its steps tell: a result below 0 or beyond what
 * a sign leaves room for, else an operand below 0.
 */
function isSigned(steps: readonly Step[], { size, touched }: Word): boolean {
  if (size >= 4) return true;
  const results = touched.map((i) => steps[i].result);
  if (results.some((result) => result >= 2 ** (size * 8 - 1))) return false;
  return results.some((result) => result < 0) || touched.some((i) => steps[i].a < 0);
}
