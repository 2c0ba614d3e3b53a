const { Observable } = require('threads/observable');
const { expose } = require('threads/worker');

expose({
  square: (n) => n * n,
  count: (n) =>
    new Observable((observer) => {
      for (let i = 1; i <= n; i++) observer.next(i);
      observer.complete();
    }),
});
