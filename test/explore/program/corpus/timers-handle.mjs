const timer = setTimeout(() => console.log('never'), 5);
console.log(timer.constructor.name, timer.hasRef(), timer.close() === timer);
const disposed = setTimeout(() => console.log('never'), 5);
disposed[Symbol.dispose]();
const immediate = setImmediate(() => console.log('never'));
console.log(immediate.constructor.name, immediate.hasRef());
immediate[Symbol.dispose]();
setTimeout(() => console.log('done'), 20);
