const signal = AbortSignal.timeout(1e6);
signal.onabort = () => console.log('never');
process.on('exit', (code) => console.log('exit', code, signal.aborted));
