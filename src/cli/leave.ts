let leaving = false;

/** Ends this process at once, whatever it is doing: the only way in which framelab itself does. */
export function leave(code: number): never {
  leaving = true;
  process.exit(code);
}

/** False where somebody else ends it: a module of the user that calls `process.exit`, or waits for what never comes. */
export function isLeaving(): boolean {
  return leaving;
}
