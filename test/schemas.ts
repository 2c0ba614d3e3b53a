import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';

const FOLDER = resolve(import.meta.dirname, '../schemas');
const ajv = new Ajv2020({ allErrors: true, strict: false, discriminator: true });

const schema = (name: string): object => JSON.parse(readFileSync(`${FOLDER}/${name}.schema.json`, 'utf8'));
for (const shared of ['header', 'finding', 'exploration'])
  ajv.addSchema(schema(shared), `${shared}.schema.json`);

/**
 * What is wrong with a result that this framelab wrote, by schemas/NAME.schema.json and by that of headers, which asks
 * for every field; none if nothing is.
 */
export function schemaErrors(name: string, value: unknown): ErrorObject[] {
  return [...errorsBy(name, value), ...errorsBy('header', value)];
}

/** By that one alone: of files of earlier framelabs, and of what has no header. */
export function errorsBy(name: string, value: unknown): ErrorObject[] {
  const validate = ajv.getSchema(`${name}.schema.json`) ?? compile(name);
  validate(value);
  return [...(validate.errors ?? [])];
}

function compile(name: string) {
  ajv.addSchema(schema(name), `${name}.schema.json`);
  return ajv.getSchema(`${name}.schema.json`)!;
}
