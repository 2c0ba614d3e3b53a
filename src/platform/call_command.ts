/** How this package's command is called from here, for people to copy. */
export function callCommand(): string {
  const script = process.env.npm_lifecycle_event;
  if (script === 'framelab' || script === 'start') return 'npm run -s framelab --';
  const file = process.argv[1] ?? '';
  return /\/cli\/main\.js$/.test(file) ? `node ${file}` : 'npx framelab';
}

/** A word for a shell. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
