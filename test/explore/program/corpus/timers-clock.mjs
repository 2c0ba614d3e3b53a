// The clocks go on by at least what a timer was set for.
const [began, beganAt] = [performance.now(), Date.now()];
setTimeout(() => {
  console.log(performance.now() - began >= 18, Date.now() - beganAt >= 18);
  console.log(new Date(beganAt).getTime() === beganAt, process.hrtime.bigint() > 0n);
}, 20);
