const gone = { timeout: null, immediate: null };
setTimeout(() => {
  console.log('first timeout');
  clearTimeout(gone.timeout);
}, 1);
gone.timeout = setTimeout(() => console.log('never'), 1);
setTimeout(() => console.log('third timeout'), 1);
setImmediate(() => clearImmediate(gone.immediate));
gone.immediate = setImmediate(() => console.log('never'));
for (const nothing of [undefined, null, 12345, 'x', {}]) clearTimeout(nothing);
clearTimeout(gone.timeout);
clearTimeout(gone.timeout);
