/**
 * How the frames of stacks are shown: those of code that runs in another form than it was written in, which the host does not
 * know, are replaced by what they stand for.
 */

let shown: (line: string) => string = (line) => line;

/** From now on every line of a stack is shown as this says. */
export function showFrames(as: (line: string) => string): void {
  shown = as;
}

export function shownStack(stack: string): string {
  return stack.split('\n').map(shown).join('\n');
}
