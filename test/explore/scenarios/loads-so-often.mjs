// A lost update in a module that can be loaded only so often: the file in the query counts, `times` is the limit.
import { appendFileSync, readFileSync } from 'node:fs';

const { searchParams } = new URL(import.meta.url);
const file = searchParams.get('file');
appendFileSync(file, 'x');
if (readFileSync(file).length > Number(searchParams.get('times'))) throw new Error('no more');

export { check, setup, thread } from './lost-update.mjs';
