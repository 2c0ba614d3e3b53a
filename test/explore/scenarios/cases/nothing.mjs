// Threads that do nothing: whatever is checked then proves nothing.
export const setup = () => ({ words: new Int32Array(new SharedArrayBuffer(4)) });
export function thread() {}
