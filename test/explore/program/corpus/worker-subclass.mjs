import { isMainThread, parentPort, Worker } from 'node:worker_threads';

class Adder extends Worker {
  #answers = [];
  constructor() {
    super(new URL(import.meta.url));
    this.on('message', (answer) => this.#answers.shift()(answer));
  }
  add(a, b) {
    return new Promise((resolve) => {
      this.#answers.push(resolve);
      this.postMessage([a, b]);
    });
  }
}
if (isMainThread) {
  const adder = new Adder();
  console.log(adder instanceof Worker, adder instanceof Adder, adder.constructor.name);
  console.log((await Promise.all([adder.add(1, 2), adder.add(3, 4)])).join(' '));
  console.log('code', await adder.terminate());
} else parentPort.on('message', ([a, b]) => parentPort.postMessage(a + b));
