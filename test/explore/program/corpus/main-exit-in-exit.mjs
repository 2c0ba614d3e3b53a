process.on('exit', (code) => {
  console.log('first', code);
  process.exit(7);
});
process.on('exit', () => console.log('second'));
