process.env.CORPUS_N = 5;
console.log(typeof process.env.CORPUS_N, process.env.CORPUS_NONE, 'CORPUS_N' in process.env);
delete process.env.CORPUS_N;
console.log(process.env.CORPUS_N, Object.keys(process.env).includes('CORPUS_N'));
process.argv.push('added');
console.log(process.argv.length, process.argv.at(-1), process.execArgv.length, process.argv0.length > 0);
console.log(
  process.cwd().split('/').at(-1),
  typeof process.pid,
  process.version === `v${process.versions.node}`,
);
console.log(process.on('exit', () => console.log('exit')) === process);
process.stdout.write('written ');
process.stdout.write('in parts\n', () => console.log('written'));
