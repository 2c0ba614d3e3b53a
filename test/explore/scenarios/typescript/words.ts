export function words(bytes: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(bytes));
}
