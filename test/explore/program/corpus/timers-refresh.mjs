// refresh() sets the same timer again, also from its own function and after it has fired.
let rounds = 0;
const timer = setTimeout(() => {
  console.log('fired', ++rounds);
  if (rounds < 3) timer.refresh();
  if (rounds === 3) setTimeout(() => timer.refresh(), 5);
}, 2);
console.log(timer.refresh() === timer);
