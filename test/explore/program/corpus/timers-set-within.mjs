// A timer that was set within a timer of the same time fires after those that were there before.
setTimeout(() => {
  console.log('first');
  setTimeout(() => console.log('third'), 5);
}, 5);
setTimeout(() => console.log('second'), 5);
