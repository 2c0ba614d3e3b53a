const leave = () => {
  try {
    process.exit(2);
  } finally {
    console.log('never');
  }
};
process.on('exit', (code) => console.log('exit', code));
setTimeout(() => console.log('never'), 1);
queueMicrotask(() => {
  queueMicrotask(() => console.log('never'));
  leave();
});
