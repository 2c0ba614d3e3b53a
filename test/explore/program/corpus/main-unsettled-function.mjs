// A promise that never settles in a function is no fault: the program just ends.
const never = async () => {
  await new Promise(() => {});
  console.log('never');
};
never();
process.on('exit', (code) => console.log('exit', code));
