// A plain payload, written before it is posted and read after it was heard; wrong as ?v=late: written once more after that.
const late = new URL(import.meta.url).search === '?v=late';

export const threads = 2;
export const setup = () => ({ given: new Int32Array(new SharedArrayBuffer(8)) });
export async function thread({ given }, index, _attached, { ports }) {
  if (index === 0) {
    const made = new Int32Array(new SharedArrayBuffer(4));
    given[0] = 1;
    made[0] = 1;
    ports[1].postMessage(made);
    if (late) made[0] = 2;
    return;
  }
  const made = await new Promise((resolve) => ports[0].once('message', resolve));
  if (made[0] + given[0] === 0) throw new Error('nothing');
}
