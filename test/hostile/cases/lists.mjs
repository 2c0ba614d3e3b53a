import { CursorMut, LinkedList, Machine } from '#src/index.js';
import { anything, badNumbers, notNumbers } from '../bad_values.mjs';

export const neighbour = true;

const notFrames = [...anything, ['a dead handle’s look-alike', { machine: null, intoRaw: () => 4096 }]];
const list = (w) => w.keep(new LinkedList(w.machine));
/** A list whose first word, of four, was written over. */
const written = (w, link) => {
  const words = new Int32Array(4);
  words.set([link, link, 1, 9]);
  return new LinkedList(w.machine, words);
};
const links = [
  ['far outside', 2 ** 30],
  ['negative', -5],
  ['the end of RAM', 513],
  ['a free frame', 400],
];

export const rows = [
  ['a list of machine', (_, machine) => new LinkedList(machine), 'InvalidArgs', anything],
  [
    'a list on words',
    (w, words) => new LinkedList(w.machine, words),
    'InvalidArgs',
    [
      ...anything.filter(([label]) => label !== 'undefined'),
      ['two', new Int32Array(2)],
      ['none', new Int32Array(0)],
      ['bytes', new Uint8Array(16)],
      ['doubles', new Float64Array(4)],
    ],
  ],
  [
    'a list at word',
    (w, base) => new LinkedList(w.machine, new Int32Array(8), base),
    'InvalidArgs',
    [
      ...badNumbers,
      ...notNumbers(0).filter(([label]) => label !== 'undefined'),
      ['5 of 8', 5],
      ['8 of 8', 8],
    ],
  ],
  ['pushBack of', (w, frame) => list(w).pushBack(frame), 'InvalidArgs', notFrames],
  ['pushFront of', (w, frame) => list(w).pushFront(frame), 'InvalidArgs', notFrames],
  ['insertBefore of', (w, frame) => list(w).cursorFrontMut().insertBefore(frame), 'InvalidArgs', notFrames],
  ['pushBack of a shared frame', (w) => list(w).pushBack(w.frame), 'InvalidArgs'],
  ['pushFront of a shared frame', (w) => list(w).pushFront(w.frame), 'InvalidArgs'],
  [
    'pushBack of a frame with two handles',
    (w) => {
      const { frame } = w;
      w.keep(frame.clone());
      list(w).pushBack(frame);
    },
    'InvalidArgs',
  ],
  ['pushBack of a segment', (w) => list(w).pushBack(w.segmentOf(1)), 'InvalidArgs'],
  ['pushBack of a borrowed frame', (w) => list(w).pushBack(w.frame.borrow()), 'InvalidArgs'],
  [
    'pushBack of a dropped frame',
    (w) => {
      const { unique } = w;
      unique.drop();
      list(w).pushBack(unique);
    },
    'UseAfterDrop',
  ],
  [
    'pushBack twice',
    (w) => {
      const { unique } = w;
      const l = list(w);
      l.pushBack(unique);
      l.pushBack(unique);
    },
    'UseAfterDrop',
  ],
  [
    'pushBack of another machine’s frame',
    (w) => {
      const other = Machine.boot({ memory: 2 ** 21, cpus: 1 });
      const l = new LinkedList(other);
      l.pushBack(w.unique);
    },
    'InvalidArgs',
  ],
  [
    'pushes and pops',
    (w) => {
      const l = list(w);
      for (let i = 0; i < 3; i++) l.pushBack(w.unique);
      l.popFront().drop();
      l.popBack().drop();
    },
    'fine',
  ],
  [
    'contains',
    (w, paddr) => {
      if (list(w).contains(paddr)) throw new Error('it contains it');
    },
    'fine',
    [...badNumbers, ...notNumbers()],
  ],
  [
    'a cursor at',
    (w, paddr) => {
      if (list(w).cursorMutAt(paddr) !== null) throw new Error('there is one');
    },
    'fine',
    [...badNumbers, ...notNumbers()],
  ],
  ['pop of a list written over with', (w, link) => written(w, link).popFront(), 'NotInList', links],
  ['popBack of a list written over with', (w, link) => written(w, link).popBack(), 'NotInList', links],
  [
    'pushFront to a list written over with',
    (w, link) => written(w, link).pushFront(w.unique),
    'NotInList',
    links,
  ],
  [
    'pushBack to a list written over with',
    (w, link) => written(w, link).pushBack(w.unique),
    'NotInList',
    links.slice(0, 3),
  ],
  ['drop of a list written over with', (w, link) => written(w, link).drop(), 'NotInList', links],
  ['a cursor of', (_, owner) => new CursorMut(owner, new Int32Array(4), 0, 0), 'InvalidArgs', anything],
  [
    'a cursor whose frame was taken out',
    (w) => {
      const l = list(w);
      l.pushBack(w.unique);
      const cursor = l.cursorFrontMut();
      w.keep(l.popFront());
      cursor.moveNext();
    },
    'NotInList',
  ],
  [
    'drop of a list while parked',
    (w) => {
      const l = list(w);
      for (let i = 0; i < 3; i++) l.pushBack(w.unique);
      w.machine.park();
      w.undo.push(() => w.machine.unpark());
      l.drop();
    },
    'CpuBusy',
  ],
];
