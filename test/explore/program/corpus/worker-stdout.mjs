import { isMainThread, Worker } from 'node:worker_threads';

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url), { stdout: true, stderr: true });
  console.log('stdin', worker.stdin);
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    worker[name].setEncoding('utf8').on('data', (chunk) => {
      texts[name] += chunk;
    });
  }
  await Promise.all(['stdout', 'stderr'].map((name) => new Promise((done) => worker[name].on('end', done))));
  console.log(JSON.stringify(texts));
} else {
  console.log('one', { two: 2 });
  process.stdout.write('three');
  console.error('to stderr');
  process.exit(0);
}
