let leaving = false;

/** Ends this process at once, whatever it is doing: framelab itself only ends this way. */
export function leave(code: number): never {
  leaving = true;
  process.exit(code);
}

/** False if something else ends it: a user module that calls `process.exit`, or waits for ever. */
export function isLeaving(): boolean {
  return leaving;
}
