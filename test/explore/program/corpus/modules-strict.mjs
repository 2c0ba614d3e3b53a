// A module is strict and has no `this`, no require and no __filename.
console.log(this, typeof require, typeof __filename, typeof module, typeof exports);
console.log(
  (() => this)(),
  (function () {
    return this;
  })(),
);
