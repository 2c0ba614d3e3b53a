process.on('exit', (code) => console.log('exit', code, process.exitCode));
process.exitCode = 3;
setTimeout(() => console.log('never'), 1);
throw new Error('at the top level');
