// node >= 22
// Before, 'exit' was told 0, and the process ended with 13 all the same.
process.on('exit', (code) => console.log('exit', code, process.exitCode));
await new Promise(() => {});
