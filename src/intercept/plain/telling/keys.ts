import { lengthOf, type View } from './views.ts';

/** The number of the element that a key names; -1 for one that the view does not have. Calls nothing of the user's. */
export function indexOf(view: View, key: unknown): number {
  let index: number;
  if (typeof key === 'number') index = key;
  else if (typeof key === 'string') {
    index = Number(key);
    // As ECMA-262 has it: "1" is an element's name, "01" is not.
    if (String(index) !== key) return -1;
  } else return -1;
  return index >= 0 && index < lengthOf(view) && Number.isInteger(index) ? index : -1;
}

/** A key as a string, number or symbol: an object is converted, once, as the access itself would do it. */
export function propertyKey(key: unknown): unknown {
  if ((typeof key !== 'object' && typeof key !== 'function') || key === null) return key;
  return Reflect.ownKeys({ [key as unknown as string]: 0 })[0];
}
