let rounds = 0;
process.on('beforeExit', (code) => {
  console.log('beforeExit', code);
  if (rounds++ < 2) setTimeout(() => console.log('work', rounds), 1);
  else process.exitCode = 6;
});
process.on('exit', (code) => console.log('exit', code));
