// clearTimeout clears an interval, clearInterval a timeout.
let count = 0;
const interval = setInterval(() => {
  console.log('interval', ++count);
  if (count === 2) clearTimeout(interval);
}, 1);
clearInterval(setTimeout(() => console.log('never'), 1));
