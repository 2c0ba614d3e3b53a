import * as add from './cases/add.mjs';
import * as alloc from './cases/alloc.mjs';
import * as attach from './cases/attach.mjs';
import * as boot from './cases/boot.mjs';
import * as free from './cases/free.mjs';
import * as handles from './cases/handles.mjs';
import * as io from './cases/io.mjs';
import * as lists from './cases/lists.mjs';
import * as locks from './cases/locks.mjs';
import * as maps from './cases/maps.mjs';
import * as meta from './cases/meta.mjs';
import * as rest from './cases/rest.mjs';

const AREAS = { add, alloc, attach, boot, free, handles, io, lists, locks, maps, meta, rest };

export const areas = Object.keys(AREAS);

/**
 * The cases of an area. A row of its table is `[what, act, expected]`, or `[what, act, expected, values]` for one case
 * with each of the values: `act(world, value)`.
 */
export function casesOf(area) {
  const { rows, neighbour = false } = AREAS[area];
  const cases = rows.flatMap(([what, act, expected, values]) =>
    values === undefined
      ? [{ name: what, act, expected }]
      : values.map(([label, value]) => ({
          name: `${what} ${label}`,
          act: (world) => act(world, value),
          expected,
        })),
  );
  return { cases, neighbour };
}
