/**
 * What was thrown, in words, and where. Anything can be thrown, even a value that throws when it is turned into text.
 */
export function describeThrown(thrown: unknown): { readonly message: string; readonly stack?: string } {
  try {
    if (typeof thrown === 'object' && thrown !== null && 'message' in thrown) {
      const { name, message, stack } = thrown as { name?: unknown; message: unknown; stack?: unknown };
      // A class of its own may say it by its name only.
      const text = String(message) === '' ? String(name ?? 'an error without a message') : String(message);
      return typeof stack === 'string' ? { message: text, stack } : { message: text };
    }
    return { message: `${typeof thrown === 'string' ? JSON.stringify(thrown) : String(thrown)} was thrown` };
  } catch {
    return { message: 'something was thrown that cannot be shown' };
  }
}
