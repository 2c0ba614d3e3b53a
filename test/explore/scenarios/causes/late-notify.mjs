// A client asks a server twice through one word. The server's notify for the first request can come after the client has
// gone to sleep for the second.
// ?v=blind    the client goes on without a look, and sees the stale answer   ?v=lost  it goes on, and all sleep in the end
// ?v=hung     it goes on, and spins for ever for the answer   ?v=async  it awaits the answer
// ?v=changed  woken late, it looks, finds that the server was faster, and is right to go on; it throws for another reason
// ?v=recheck  it looks again and waits again: not harmed. It throws at the end, for having been woken in vain.
const v = new URL(import.meta.url).searchParams.get('v');
export const threads = 2;
// Its threads stand for Workers that listen for messages: one that only awaits stays alive.
export const listens = true;
const IDLE = 0;
const BUSY = 1;
export const setup = () => ({ s: new Int32Array(new SharedArrayBuffer(16)) });
async function ask(s) {
  const { async, value } = Atomics.waitAsync(s, 0, BUSY);
  if (async) await value;
}
export function thread(shared, index) {
  if (v === 'async' && index === 0) return client(shared);
  return either(shared, index);
}
async function client({ s }) {
  for (let request = 1; request <= 2; request++) {
    Atomics.store(s, 0, BUSY);
    Atomics.notify(s, 0);
    await ask(s);
    if (Atomics.load(s, 1) !== request) throw new Error(`request ${request} was not answered`);
  }
}
function either({ s }, index) {
  let inVain = 0;
  for (let request = 1; request <= 2; request++) {
    if (index === 1) {
      while (Atomics.load(s, 0) === IDLE) Atomics.wait(s, 0, IDLE);
      Atomics.store(s, 1, request);
      Atomics.store(s, 0, IDLE);
      if (request === 1) Atomics.store(s, 2, 1);
      Atomics.notify(s, 0);
      if (request === 1) Atomics.store(s, 2, 0);
      continue;
    }
    Atomics.store(s, 0, BUSY);
    Atomics.notify(s, 0);
    if (v === 'recheck') {
      while (Atomics.load(s, 0) === BUSY) {
        if (Atomics.wait(s, 0, BUSY) === 'ok' && Atomics.load(s, 0) === BUSY) inVain++;
      }
      continue;
    }
    const woken = Atomics.wait(s, 0, BUSY);
    if (v === 'changed') {
      const late = request === 2 && woken === 'ok' && Atomics.load(s, 2) === 1;
      while (Atomics.load(s, 0) === BUSY) Atomics.wait(s, 0, BUSY);
      if (late) throw new Error('by design');
      continue;
    }
    const answer = Atomics.load(s, 1);
    if (answer === request) continue;
    if (v === 'blind') throw new Error(`request ${request} was answered ${answer}`);
    if (v === 'lost') Atomics.wait(s, 2, 0);
    while (v === 'hung' && Atomics.load(s, 3) === 0);
  }
  if (inVain > 0) throw new Error('woken in vain');
}
