// Those that are set within an immediate wait for the next round.
setImmediate(() => {
  console.log(1);
  setImmediate(() => {
    console.log(4);
    setImmediate(() => console.log(6));
  });
});
setImmediate(() => {
  console.log(2);
  setImmediate(() => console.log(5));
});
setImmediate(() => console.log(3));
console.log(0);
