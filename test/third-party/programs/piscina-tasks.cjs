// piscina from CommonJS, main and Worker: two threads, three tasks, one of which moves a buffer there and back.
// Right: each task resolves to its own answer, the buffer has gone from here, and is whole when it comes back.

const assert = require('node:assert/strict');
const { Piscina } = require('piscina');

async function main() {
  const filename = require.resolve('./workers/pool-fill.cjs');
  const pool = new Piscina({ filename, minThreads: 2, maxThreads: 2 });
  const bytes = new Uint8Array(4);
  const tasks = [1, 2].map((n) => pool.run({ n, bytes: new Uint8Array(n) }));
  const moved = pool.run({ n: 7, bytes }, { transferList: [bytes.buffer] });
  const answers = await Promise.all([...tasks, moved]);
  assert.deepEqual(
    answers.map((answer) => answer.join('')),
    ['1', '22', '7777'],
  );
  assert.equal(bytes.length, 0);
  await pool.destroy();
  console.log('piscina: 1 22 7777');
}

main();
