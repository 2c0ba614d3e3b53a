// The spin detection tells loops apart by their frames, of which it leaves out its own, by their number: five, and the replaced
// operation follows. With fewer of its own, it would leave out the scenario's innermost frame.
let seen = [];
const capture = Error.captureStackTrace;
Error.captureStackTrace = (holder, above) => {
  const mine = {};
  const prepare = Error.prepareStackTrace;
  Error.prepareStackTrace = (_, sites) => sites.map((site) => String(site.getFileName()));
  capture(mine, above);
  if (Array.isArray(mine.stack)) seen = mine.stack;
  Error.prepareStackTrace = prepare;
  capture(holder, above);
};
export const setup = () => ({ words: new Int32Array(new SharedArrayBuffer(8)) });
export function thread({ words }, index) {
  if (index === 1) Atomics.store(words, 0, 1);
  else while (Atomics.load(words, 0) === 0);
  if (seen.length === 0) return;
  const own = seen.indexOf(import.meta.url);
  words[1] = own;
}
export function check({ words }) {
  if (words[1] !== 0 && words[1] !== 6) throw new Error(`own frames: ${words[1]}`);
}
