import { readFileSync } from 'node:fs';
import { LabError } from '../platform/error.ts';

/** The part of JSON Schema that the schemas in docs/ are written in. */
interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema | boolean;
  readonly prefixItems?: readonly Schema[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

/**
 * Proves that a file's value is whole, so that reports need not doubt what they read. Properties that the schema does
 * not name are let pass.
 *
 * @param name of the schema, as in docs/NAME.schema.json
 * @throws `Usage`, naming the first place that is not as it must be
 */
export function requireSchema(file: string, value: unknown, name: 'result' | 'sweep'): void {
  const schema = schemaOf(name);
  const problem = problemOf(value, schema, schema, '');
  if (problem !== null) {
    throw new LabError('Usage', `${file}: is damaged, or was written by another version: ${problem}`);
  }
}

const schemas = new Map<string, Schema>();

function schemaOf(name: string): Schema {
  const known = schemas.get(name);
  if (known !== undefined) return known;
  const path = new URL(`../../../docs/${name}.schema.json`, import.meta.url);
  const schema: Schema = JSON.parse(readFileSync(path, 'utf8'));
  schemas.set(name, schema);
  return schema;
}

/** The first thing that is wrong, with where it is; null where nothing is. */
function problemOf(value: unknown, schema: Schema, root: Schema, at: string): string | null {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.replace('#/$defs/', '');
    return problemOf(value, root.$defs![name], root, at);
  }
  if (schema.anyOf !== undefined) {
    const problems = schema.anyOf.map((choice) => problemOf(value, choice, root, at));
    // `null` is always the last choice, and says nothing about what the others lack.
    return problems.includes(null) ? null : problems[0];
  }
  const wrong = (must: string) => `${at === '' ? 'it' : at.slice(1)} ${must}`;
  if (schema.const !== undefined && value !== schema.const) return wrong(`must be ${schema.const}`);
  if (schema.enum !== undefined && !schema.enum.includes(value)) {
    return wrong(`must be one of ${schema.enum.join(', ')}`);
  }
  const types = [schema.type ?? []].flat();
  if (types.length > 0 && !types.some((type) => isOfType(value, type))) {
    return wrong(value === undefined ? 'is missing' : `must be of type ${types.join(' or ')}`);
  }
  if (typeof value === 'number') {
    if (value < (schema.minimum ?? value)) return wrong(`must be at least ${schema.minimum}`);
    if (value > (schema.maximum ?? value)) return wrong(`must be at most ${schema.maximum}`);
  }
  if (Array.isArray(value)) return problemOfItems(value, schema, root, at);
  return typeof value === 'object' && value !== null ? problemOfProperties(value, schema, root, at) : null;
}

function problemOfItems(value: readonly unknown[], schema: Schema, root: Schema, at: string): string | null {
  const { minItems = 0, maxItems = value.length, prefixItems = [], items } = schema;
  if (value.length < minItems || value.length > maxItems) {
    return `${at.slice(1)} must have ${minItems === maxItems ? minItems : `${minItems} to ${maxItems}`} items`;
  }
  for (const [i, item] of value.entries()) {
    const expected = prefixItems[i] ?? (typeof items === 'object' ? items : undefined);
    const problem = expected === undefined ? null : problemOf(item, expected, root, `${at}[${i}]`);
    if (problem !== null) return problem;
  }
  return null;
}

function problemOfProperties(value: object, schema: Schema, root: Schema, at: string): string | null {
  const { properties = {}, required = [], additionalProperties } = schema;
  const missing = required.find((name) => !(name in value));
  if (missing !== undefined) return `${at.slice(1)}${at === '' ? '' : '.'}${missing} is missing`;
  for (const [name, item] of Object.entries(value)) {
    const other = typeof additionalProperties === 'object' ? additionalProperties : undefined;
    const expected = Object.hasOwn(properties, name) ? properties[name] : other;
    const problem = expected === undefined ? null : problemOf(item, expected, root, `${at}.${name}`);
    if (problem !== null) return problem;
  }
  return null;
}

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    default:
      // The rest of a schema's types are JavaScript's.
      return typeof value === type;
  }
}
