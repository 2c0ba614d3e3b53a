/** A few shared words. */
export function words(count = 8) {
  return { words: new Int32Array(new SharedArrayBuffer(4 * count)) };
}
