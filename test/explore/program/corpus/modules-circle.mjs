import { a } from './workers/circle_a.mjs';

console.log(a());
