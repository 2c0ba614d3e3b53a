/**
 * stringbuffer: the string buffer of JDK 1.4, whose methods lock the buffer. One thread erases the three letters of a shared
 * buffer and appends them again; the main thread appends that buffer to one of its own.
 *
 * The bug: append asks the other buffer for its length, and in another critical section for so many letters. In between they
 * may have been erased. Fixed: it locks the other buffer for both.
 *
 * Source: SCTBench (Thomson, Donaldson, Betts, PPoPP 2014), CB.stringbuffer-jdk1.4, after Yu and Narayanasamy, ISCA 2009.
 */
import { assert, portOf } from '../port/port.ts';
import type { Memory } from '../sync/memory.ts';
import type { Mutex } from '../sync/mutex.ts';
import type { SharedArray, Variable } from '../sync/variable.ts';

const CAPACITY = 19;
const LETTERS = [...'abc'].map((letter) => letter.charCodeAt(0));

class StringBuffer {
  private readonly mutex: Mutex;
  private readonly count: Variable;
  private readonly letters: SharedArray;

  constructor(memory: Memory, name: string, initial: readonly number[]) {
    this.mutex = memory.mutex(`${name}.mutex`);
    this.count = memory.variable(`${name}.count`, initial.length);
    const spare = new Array<number>(CAPACITY - initial.length).fill(0);
    this.letters = memory.array(`${name}.letters`, [...initial, ...spare]);
  }

  length(): number {
    this.mutex.lock();
    const length = this.count.get();
    this.mutex.unlock();
    return length;
  }

  lettersInto(other: StringBuffer, length: number, at: number): void {
    this.mutex.during(() => this.copy(other, length, at));
  }

  private copy(other: StringBuffer, length: number, at: number): void {
    assert(length <= this.count.get(), 'more letters are asked for than there are');
    for (let i = 0; i < length; i++) other.letters.set(at + i, this.letters.get(i));
  }

  appendBuffer(other: StringBuffer, fixed: boolean): void {
    this.mutex.during(() => {
      if (fixed) other.mutex.lock();
      const length = fixed ? other.count.get() : other.length();
      const count = this.count.get();
      if (fixed) other.copy(this, length, count);
      else other.lettersInto(this, length, count);
      if (fixed) other.mutex.unlock();
      this.count.set(count + length);
    });
  }

  append(letters: readonly number[]): void {
    this.mutex.during(() => {
      const count = this.count.get();
      letters.forEach((letter, i) => {
        this.letters.set(count + i, letter);
      });
      this.count.set(count + letters.length);
    });
  }

  erase(start: number, end: number): void {
    this.mutex.during(() => {
      const count = this.count.get();
      const last = Math.min(end, count);
      for (let i = last; i < count; i++) this.letters.set(start + i - last, this.letters.get(i));
      this.count.set(count - (last - start));
    });
  }
}

export default portOf(import.meta.url, ({ memory, fixed }) => {
  const shared = new StringBuffer(memory, 'shared', LETTERS);
  const own = new StringBuffer(memory, 'own', []);
  return {
    threads: [
      () => {
        shared.erase(0, 3);
        shared.append(LETTERS);
      },
    ],
    main(create) {
      create();
      own.appendBuffer(shared, fixed);
    },
  };
});
