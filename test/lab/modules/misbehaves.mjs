// A workload that misbehaves in the way, and at the moment, that its address names: file:///...?exit@step.
const [HOW, WHEN] = new URL(import.meta.url).search.slice(1).split('@');

function misbehave() {
  switch (HOW) {
    case 'exit':
      process.exit(0);
      break;
    case 'loop':
      for (;;);
    case 'null':
      throw null;
    case 'error':
      throw new Error('thrown on purpose');
    case 'rejection':
      Promise.reject(new Error('rejected on purpose'));
      break;
    case 'memory':
      for (const held = []; ; ) held.push(new Array(1000).fill(held.length + 0.5));
    case 'number':
      return -1;
    case 'huge':
      return 1e15;
    case 'thousand':
      return 1000;
    case 'text':
      return 'many';
    case 'timer':
      setTimeout(() => {
        throw new Error('thrown in a timer');
      });
      break;
    case 'microtask':
      queueMicrotask(() => {
        throw null;
      });
      break;
    case 'own':
      Promise.reject(Object.assign(new Error(), { name: 'OwnError' }));
      break;
  }
  return undefined;
}

const at = (moment) => (WHEN === moment ? misbehave() : undefined);

at('import');
if (HOW === 'never' && WHEN === 'import') await new Promise(() => {});
if (HOW === 'idle' && WHEN === 'import') await new Promise(() => setInterval(() => {}, 1000));

export const workload = {
  name: 'misbehaves',
  description: 'misbehaves',
  operations: ['op'],
  sharedWords: () => at('sharedWords') ?? 0,
  start: ({ recorder, worker }) => {
    if (worker === 1) at('start');
    let steps = 0;
    return {
      step() {
        if (worker === 1 && steps++ === 100) at('step');
        recorder.begin(0);
        recorder.end(0);
      },
      finish() {
        if (worker === 1) at('finish');
      },
    };
  },
};
