for (const code of ['text', 1.5, {}, true]) {
  try {
    process.exitCode = code;
    console.log(code, 'accepted');
  } catch (error) {
    console.log(error.name, error.code);
  }
}
process.exitCode = '3';
console.log(Number(process.exitCode));
