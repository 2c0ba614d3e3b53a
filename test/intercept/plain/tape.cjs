// As much of tape as fast-uri's tests use, so that they need no package that is not installed. Prints the counts of
// assertions at the end.
const assert = require('node:assert');
const { Module } = require('node:module');

let pass = 0;
let fail = 0;

function count(check) {
  try {
    check();
    pass++;
  } catch (error) {
    fail++;
    console.log(error.stack);
  }
}

const t = {
  equal: (a, b) => count(() => assert.strictEqual(a, b)),
  same: (a, b) => count(() => assert.deepStrictEqual(a, b)),
  strictEqual: (a, b) => count(() => assert.strictEqual(a, b)),
  notSame: (a, b) => count(() => assert.notDeepStrictEqual(a, b)),
  fail: (message) => count(() => assert.fail(message)),
  skip() {},
  notEqual: (a, b) => count(() => assert.notStrictEqual(a, b)),
  deepEqual: (a, b) => count(() => assert.deepStrictEqual(a, b)),
  ok: (a) => count(() => assert.ok(a)),
  notOk: (a) => count(() => assert.ok(!a)),
  match: (a, b) => count(() => assert.match(a, b)),
  doesNotThrow: (f) => count(f),
  throws: (f, expected) => count(() => assert.throws(f, typeof expected === 'string' ? undefined : expected)),
  test: (_name, run) => run(t),
  comment() {},
  plan() {},
  end() {},
};

// One with options is skipped.
const test = (_name, run) => typeof run === 'function' && run(t);
test.skip = () => undefined;

const load = Module._load;
Module._load = function (request, ...rest) {
  return request === 'tape' ? test : load.call(this, request, ...rest);
};
process.on('exit', () => console.log(`# pass ${pass}\n# fail ${fail}`));
