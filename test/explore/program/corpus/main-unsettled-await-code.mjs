// A code that was set stays.
process.exitCode = 4;
process.on('exit', (code) => console.log('exit', code));
await new Promise(() => {});
