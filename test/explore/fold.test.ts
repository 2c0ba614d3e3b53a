import { describe, expect, it } from 'vitest';
import { type Fold, fold, isFold, type Line } from '#src/explore/picture/fold.js';
import type { Row } from '#src/explore/picture/interleaving.js';

/** Rows of `0a 1b`: thread 0 does a, thread 1 does b. */
function rows(text: string): Row[] {
  return text.split(' ').map((word, step) => ({
    step,
    thread: Number(word[0]),
    who: `thread ${word[0]}`,
    text: word.slice(1),
    arrow: '',
    shape: `${word[0]}${word[1]}`,
    places: [],
    source: '',
    switched: 'no',
    times: 1,
  }));
}

function tell(lines: readonly Line[]): string[] {
  return lines.map((line) =>
    isFold(line)
      ? (line as Fold).fold
      : `${line.thread}${line.text}${line.times > 1 ? ` x${line.times}` : ''}`,
  );
}

const repeat = (text: string, times: number): string => Array(times).fill(text).join(' ');

describe('folding an interleaving', () => {
  it('keeps what does not repeat', () => {
    expect(tell(fold(rows('0a 1b 0c'), 'check', undefined))).toEqual(['0a', '1b', '0c']);
    expect(tell(fold(rows('0a 1b 0a 1b'), 'check', undefined))).toEqual(['0a', '1b', '0a', '1b']);
  });

  it('shows a step that is repeated once, and a cycle once', () => {
    expect(tell(fold(rows(`0a ${repeat('1b', 500)} 0c`), 'check', undefined))).toEqual([
      '0a',
      '1b x500',
      '0c',
    ]);
    expect(tell(fold(rows(`0a ${repeat('1b 1c', 1000)} 0d`), 'livelock', undefined))).toEqual([
      '0a',
      '1b',
      '1c',
      'steps 1 to 2 repeat: a cycle of 2, x 1,000, up to step 2000',
      '0d',
    ]);
  });

  it('shows a cycle of cycles once', () => {
    const turn = `${repeat('0a 0b', 16)} ${repeat('1c', 32)}`;
    expect(tell(fold(rows(repeat(turn, 30)), 'livelock', undefined))).toEqual([
      '0a',
      '0b',
      'steps 0 to 1 repeat: a cycle of 2, x 16, up to step 31',
      '1c x32',
      'steps 0 to 63 repeat: a cycle of 64, x 30, up to step 1919',
    ]);
  });

  it('leaves out what is not new where threads that go round are interleaved at random', () => {
    let state = 1;
    const at = [0, 0];
    const words = ['0z', '1z'];
    for (let i = 0; i < 5000; i++) {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      const thread = (state >>> 16) & 1;
      words.push(`${thread}${'abc'[at[thread]++ % 3]}`);
    }
    const lines = tell(fold(rows(words.join(' ')), 'livelock', undefined));
    expect(lines.length).toBeLessThan(20);
    for (const step of ['0a', '0b', '0c', '1a', '1b', '1c']) expect(lines).toContain(step);
    expect(lines[lines.length - 1]).toMatch(
      /^steps \d+ to 5001 are left out \([\d,]+ of thread 0, [\d,]+ of thread 1\): nothing new in them$/,
    );
  });

  it('leaves out steps with other values, and says so', () => {
    const counting = Array.from({ length: 3000 }, (_, i) => `0a${i}`).join(' ');
    const lines = tell(fold(rows(`1z ${counting}`), 'step-limit', undefined));
    expect(lines[lines.length - 1]).toMatch(/: nothing but other values is new in them$/);
    expect(lines.length).toBeLessThan(10);
  });

  it('keeps the end of a long schedule that ends, and the steps of its cause', () => {
    const counting = Array.from({ length: 3000 }, (_, i) => `0a${i}`).join(' ');
    const cause = { name: 'lost update', sentence: '', steps: [1500], threads: [0], places: [] } as const;
    const lines = tell(fold(rows(`1z ${counting} 1end`), 'check', cause));
    expect(lines).toContain('0a1499');
    expect(lines).toContain('0a2999');
    expect(lines[lines.length - 1]).toBe('1end');
    expect(lines.length).toBeLessThan(40);
  });

  it('says which steps a fold hides, one after the other, of cycles of cycles and of what is left out, too', () => {
    let state = 7;
    const random = Array.from({ length: 900 }, () => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return `${(state >>> 16) & 1}${'ab'[(state >>> 20) & 1]}`;
    });
    const nested = repeat(`${repeat('0a 0b', 16)} ${repeat('1c', 32)}`, 30);
    for (const text of [nested, random.join(' '), `0s ${nested} 1d ${random.join(' ')}`]) {
      const all = rows(text);
      let next = 0;
      let folds = 0;
      for (const line of fold(all, 'livelock', undefined)) {
        const [from, to] = isFold(line) ? [line.from, line.to] : [line.step, line.step + line.times - 1];
        if (isFold(line)) folds++;
        expect([from, to >= from]).toEqual([next, true]);
        next = to + 1;
      }
      expect([next, folds > 0]).toEqual([all.length, true]);
    }
  });

  it('keeps every step in order, or says which are left out', () => {
    const all = rows(`0a ${repeat('1b 0c', 7)} 1d ${repeat('1e', 3)} 0f`);
    let next = 0;
    for (const line of fold(all, 'check', undefined)) {
      if (isFold(line)) {
        expect(line.fold).toContain(`up to step ${line.to}`);
        expect(line.from).toBe(next);
        next = line.to + 1;
      } else {
        expect(line.step).toBe(next);
        next += line.times;
      }
    }
    expect(next).toBe(all.length);
  });
});
