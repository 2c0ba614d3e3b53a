// A CommonJS module that is not strict: `this` is exports, a function's is the global object.
console.log(
  this === module.exports,
  (function () {
    return this;
  })() === globalThis,
);
undeclared = 5;
console.log(globalThis.undeclared, typeof require, __filename.split('/').at(-1));
