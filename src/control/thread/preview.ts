import { inspect } from 'node:util';
import { H } from '../words/layout.ts';
import type { Engine } from './engine.ts';

/** Longer texts are cut: they stand in a line of a table. */
const LENGTH_MAX = 40;

const HOW = {
  depth: 1,
  breakLength: Number.POSITIVE_INFINITY,
  compact: true,
  // The program's own functions are not called.
  customInspect: false,
  getters: false,
  maxArrayLength: 8,
  maxStringLength: LENGTH_MAX,
} as const;

/** A value in one short line. */
export function preview(value: unknown): string {
  let text: string;
  try {
    text = inspect(value, HOW).replace(/\s+/g, ' ');
  } catch {
    return typeof value;
  }
  return text.length > LENGTH_MAX ? `${text.slice(0, LENGTH_MAX - 3)}...` : text;
}

/** Keeps a text for the step that this thread is at, where the execution is described; else nothing is done. '' is none. */
export function noteText({ texts, words }: Pick<Engine, 'texts' | 'words'>, text: () => string): void {
  const said = texts === undefined ? '' : text();
  if (said !== '') texts?.set(words[H.STEP], said);
}
