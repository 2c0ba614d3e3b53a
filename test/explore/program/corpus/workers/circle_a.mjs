import { b } from './circle_b.mjs';

export const a = () => `a knows ${b}`;
