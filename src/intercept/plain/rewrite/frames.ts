import type { Edits, Insertion } from './edits.ts';
import { temporary } from './names.ts';

/**
 * What can hold variables: a function's body, a module, an initializer of its own. Each has temporaries of its own, so that
 * neither recursion nor a generator that is left in the middle can change those of another.
 */
export class Frame {
  /** The name of the function, for reports. */
  readonly name: string | undefined;
  readonly strict: boolean;
  private readonly declare: (names: string) => void;
  private depth = 0;
  private most = 0;

  constructor(name: string | undefined, strict: boolean, declare: (names: string) => void) {
    this.name = name;
    this.strict = strict;
    this.declare = declare;
  }

  /** A variable that is free until it is released: the last one taken goes first. */
  take(): string {
    this.depth++;
    this.most = Math.max(this.most, this.depth);
    return temporary(this.depth - 1);
  }

  release(count: number): void {
    this.depth -= count;
  }

  /** Writes the declarations, when all of its code has been seen. */
  finish(): void {
    if (this.most === 0) return;
    this.declare(Array.from({ length: this.most }, (_, i) => temporary(i)).join(','));
  }
}

/** Declares variables by a statement at this place. */
export function statementAt(edits: Edits, at: number, before = ''): (names: string) => void {
  const insertion = edits.open(at, '');
  return (names) => {
    insertion.text = `${before}var ${names};`;
  };
}

/** Declares variables by making a block of an arrow function's expression. */
export function blockAround(edits: Edits, start: number, end: number): (names: string) => void {
  const insertion = edits.open(start, '');
  return (names) => {
    insertion.text = `{var ${names};return(`;
    edits.close(end, ')}');
  };
}

/** Declares variables by making a function of an expression, which keeps `this`, `super` and `new.target`. */
export function functionAround(edits: Edits, start: number, end: number): (names: string) => void {
  const insertion: Insertion = edits.open(start, '');
  return (names) => {
    insertion.text = `(()=>{var ${names};return(`;
    edits.close(end, ')})()');
  };
}
