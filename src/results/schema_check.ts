import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import { LabError } from '../platform/error.ts';

/** The names in schemas/NAME.schema.json that files are validated against. */
export type SchemaName =
  | 'result'
  | 'sweep'
  | 'exploration'
  | 'explorations'
  | 'campaign'
  | 'campaign_plan'
  | 'recording'
  | 'comparison'
  | 'bench'
  | 'bench_comparison';

/** Schemas that those refer to. */
const SHARED = ['header', 'finding'] as const;
const PARTS: Readonly<Record<string, readonly string[]>> = { explorations: ['exploration'] };

/**
 * Validates a parsed file against its schema, so that reports can trust what they read. Unknown properties are allowed.
 *
 * @param name of the schema, as in schemas/NAME.schema.json
 * @throws `Usage`, naming the first wrong place
 */
export function requireSchema(file: string, value: unknown, name: SchemaName): void {
  const validate = validatorOf(name);
  if (validate(value)) return;
  const problem = problemOf(validate.errors![0]);
  throw new LabError('Usage', `${file}: is damaged, or was written by another version: ${problem}`);
}

const validators = new Map<string, ValidateFunction>();

function validatorOf(name: string): ValidateFunction {
  const known = validators.get(name);
  if (known !== undefined) return known;
  // Loaded only when a file is read: most runs read none, and it takes a tenth of a second.
  const { Ajv2020 } = createRequire(import.meta.url)('ajv/dist/2020.js') as typeof import('ajv/dist/2020.js');
  const ajv = new Ajv2020({ strict: false, discriminator: true });
  for (const shared of [...SHARED, ...(PARTS[name] ?? [])]) ajv.addSchema(readSchema(shared));
  const validate = ajv.compile(readSchema(name));
  validators.set(name, validate);
  return validate;
}

function readSchema(name: string): object {
  return JSON.parse(readFileSync(new URL(`../../../schemas/${name}.schema.json`, import.meta.url), 'utf8'));
}

/** `/locks/0/name` as `locks[0].name`, and what it must be. */
function problemOf({ instancePath, keyword, message, params }: ErrorObject): string {
  const at = instancePath.replace(/\/(\d+)(?=\/|$)/g, '[$1]').replaceAll('/', '.');
  if (keyword === 'required') return `${`${at}.${params.missingProperty}`.slice(1)} is missing`;
  const allowed = keyword === 'enum' ? `: ${params.allowedValues.join(', ')}` : '';
  return `${at === '' ? 'it' : at.replace(/^\./, '')} ${message}${allowed}`;
}
