// What multithreading takes for granted and Node.js 20 does not have yet.

globalThis.navigator ??= { hardwareConcurrency: 2 };
Promise.withResolvers ??= function withResolvers() {
  let resolve;
  let reject;
  const promise = new Promise((res, rej) => {
    resolve = res;
    reject = rej;
  });
  return { promise, resolve, reject };
};
