/** What was thrown, in words, and where: anything can be thrown, also what has no words or throws when it is asked for them. */
export function describeThrown(thrown: unknown): { readonly message: string; readonly stack?: string } {
  try {
    if (typeof thrown === 'object' && thrown !== null && 'message' in thrown) {
      const { name, message, stack } = thrown as { name?: unknown; message: unknown; stack?: unknown };
      // What a class of its own says by its name only.
      const text = String(message) === '' ? String(name ?? 'an error without a message') : String(message);
      return typeof stack === 'string' ? { message: text, stack } : { message: text };
    }
    return { message: `${typeof thrown === 'string' ? JSON.stringify(thrown) : String(thrown)} was thrown` };
  } catch {
    return { message: 'something was thrown that cannot be shown' };
  }
}
