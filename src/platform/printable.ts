/**
 * Text of files and of the code under test, made fit for a terminal: control characters can move the cursor, change
 * the title, or send keys, and marks of writing direction can show a text in another order than it has.
 */

/** All such characters except the end of a line and the tab. */
const HARMFUL = /(?!\n|\t|\r\n)[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;

/**
 * Escapes everything that a terminal would act on, as `\u001b`. Ends of lines and tabs stay. It is JSON's notation, so
 * JSON text means the same afterwards.
 */
export function printable(text: string): string {
  return text.replace(HARMFUL, writtenOut);
}

/** The same for text that must stay on one line, such as a name: ends of lines are escaped, too. */
export function printableLine(text: string): string {
  return printable(text).replace(/\r?\n/g, '\\n');
}

function writtenOut(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
