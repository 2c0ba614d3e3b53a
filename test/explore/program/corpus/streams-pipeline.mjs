import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

// Streams live on ticks alone.
const heard = [];
const upper = new Transform({
  objectMode: true,
  transform: (chunk, _, done) => setImmediate(() => done(null, chunk.toUpperCase())),
});
await pipeline(Readable.from(['a', 'b', 'c']), upper, async (source) => {
  for await (const chunk of source) heard.push(chunk);
});
console.log(heard.join(' '));
