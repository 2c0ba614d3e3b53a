import * as nodeModule from 'node:module';

type Strip = (code: string) => string;

/** JavaScript of TypeScript as Node.js itself makes it: types become spaces, so that nothing moves. */
export function withoutTypes(source: string): string {
  const { emitWarning } = process;
  // It says each time that it is experimental; Node.js says so by itself where it strips types.
  process.emitWarning = () => undefined;
  try {
    return (nodeModule as unknown as { stripTypeScriptTypes: Strip }).stripTypeScriptTypes(source);
  } finally {
    process.emitWarning = emitWarning;
  }
}
