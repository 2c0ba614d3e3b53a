var i32 = new Int32Array(new SharedArrayBuffer(64));
var own = new Int32Array(8);
var f64 = new Float64Array(new SharedArrayBuffer(64));
var big = new BigInt64Array(new SharedArrayBuffer(64));
var u8 = new Uint8Array(new SharedArrayBuffer(16), 4, 8);
var list = [10, 20, 30];
var object = {
  a: 1,
  list: [1, 2, 3],
  views: [i32, own],
  get got() {
    return log('got', i32);
  },
};
var i = 1;
var j = 2;
var nothing;
var nil = null;
var key = {
  toString() {
    return log('key', '1');
  },
};
var num = {
  valueOf() {
    return log('num', 7);
  },
};
var f = (value) => {
  log('f');
  return value;
};
var it = () => {
  log('it');
  return i32;
};
var ix = (n) => {
  log('ix');
  return n;
};
var frozen = Object.freeze([1, 2]);
var setter = {
  set 0(v) {
    trace(['set', v]);
  },
  get 0() {
    return log('get', 5);
  },
};
class Base {
  constructor(x) {
    this.x = x;
  }
  m(...xs) {
    return [this.x, ...xs];
  }
}
i32.set([5, 6, 7, 8]);
own.set([5, 6, 7, 8]);
f64.set([0.5, 1.5, 2.5]);
big.set([1n, 2n, 3n]);
list.m = function (x) {
  return [this === list, x];
};
