process.on('uncaughtException', (error) => {
  console.log('handler', error.message);
  throw new Error('in the handler');
});
process.on('exit', (code) => console.log('exit', code));
throw new Error('at the top level');
