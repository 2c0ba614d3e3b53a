import { createHash } from 'node:crypto';

/** JSON without spaces and with sorted field names; undefined fields are left out. */
export function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return JSON.stringify(value);
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`);
  return `{${fields.join(',')}}`;
}

/** SHA-256 of that, as 64 hexadecimal digits. */
export function checksum(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex');
}
