// A time that does not fit into 32 bits is 1 ms, with a warning.
process.on('warning', (warning) => console.log(warning.name));
setTimeout(() => console.log('fired'), 2 ** 31);
setTimeout(() => console.log('fired later'), 30);
