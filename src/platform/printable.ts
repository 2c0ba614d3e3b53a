/**
 * Text of files and of the code under test, made fit for a terminal: control characters can move the cursor, change
 * the title, or send keys, and marks of writing direction can show a text in another order than it has.
 */

/** Everything of that kind but the end of a line and the tab. */
const HARMFUL = /(?!\n|\t|\r\n)[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;

/**
 * The text with what a terminal would act on written out, as `\u001b`. Ends of lines and tabs stay. That is JSON's
 * notation, so that JSON text means the same afterwards.
 */
export function printable(text: string): string {
  return text.replace(HARMFUL, writtenOut);
}

/** The same for what must stay on one line, such as a name: ends of lines are written out, too. */
export function printableLine(text: string): string {
  return printable(text).replace(/\r?\n/g, '\\n');
}

function writtenOut(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
