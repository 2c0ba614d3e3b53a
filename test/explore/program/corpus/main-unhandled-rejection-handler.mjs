process.on('unhandledRejection', (reason, promise) => {
  console.log('unhandled', reason, promise === rejected);
  promise.catch(() => console.log('caught'));
});
process.on('rejectionHandled', (promise) => console.log('handled late', promise === rejected));
const rejected = Promise.reject('reason');
Promise.reject('handled in time').catch((reason) => console.log(reason));
process.on('exit', (code) => console.log('exit', code));
