// A timer that is refreshed goes to the end of those of its time.
const first = setTimeout(() => console.log('set first'), 20);
setTimeout(() => console.log('set second'), 20);
first.refresh();
