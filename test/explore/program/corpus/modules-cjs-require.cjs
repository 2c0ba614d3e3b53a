const { sum } = require('./workers/sum.cjs');
const numbers = require('./workers/numbers.json');

console.log(sum(1, 2), numbers.one, numbers.two.join());
console.log(require('./workers/sum.cjs').sum === sum, require('./workers/numbers.json') === numbers);
numbers.one = 'changed for all';
console.log(require('./workers/numbers.json').one);
delete require.cache[require.resolve('./workers/numbers.json')];
console.log(require('./workers/numbers.json').one, require.cache[__filename] === module);
try {
  require('./workers/none.cjs');
} catch (error) {
  console.log(error.code, error.requireStack.length);
}
