let count = 0;
const interval = setInterval(
  (step) => {
    count += step;
    console.log('interval', count);
    if (count >= 6) clearInterval(interval);
  },
  2,
  2,
);
