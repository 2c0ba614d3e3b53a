import { a } from './circle_a.mjs';

export const b = `b, begun before a: ${describe()}`;

function describe() {
  try {
    return a();
  } catch (error) {
    return error.name;
  }
}
