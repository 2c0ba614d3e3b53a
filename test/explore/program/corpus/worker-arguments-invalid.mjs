import { Worker } from 'node:worker_threads';

const FILE = './workers/hello.mjs';
const attempts = {
  'bare name': () => new Worker('hello.mjs'),
  'URL as a string': () => new Worker(import.meta.url),
  'data: URL as a string': () => new Worker('data:text/javascript,1'),
  'http: URL': () => new Worker(new URL('http://localhost/a.mjs')),
  number: () => new Worker(5),
  nothing: () => new Worker(),
  'eval of a URL': () => new Worker(new URL(import.meta.url), { eval: true }),
  'argv that is no array': () => new Worker(FILE, { argv: 'a' }),
  'env that is a number': () => new Worker(FILE, { env: 5 }),
  'execArgv that is no array': () => new Worker(FILE, { execArgv: '--import' }),
  'a flag that Node.js does not know': () => new Worker(FILE, { execArgv: ['--no-such-flag'] }),
  'a flag of the whole process': () => new Worker(FILE, { execArgv: ['--max-old-space-size=50'] }),
  'a name that is a number': () => new Worker(FILE, { name: 5 }).terminate(),
  'without new': () => Worker(FILE),
};
for (const [name, attempt] of Object.entries(attempts)) {
  try {
    attempt();
    console.log(`${name}: accepted`);
  } catch (error) {
    console.log(`${name}: ${error.name} ${error.code}`);
  }
}
