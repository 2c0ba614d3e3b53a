/** How this tool was called, for commands to copy: through npm's script, by its name, or as a file. */
export function callCommand(): string {
  const script = process.env.npm_lifecycle_event;
  if (script === 'framelab' || script === 'start') return 'npm run -s framelab --';
  const file = process.argv[1] ?? '';
  return file.endsWith('.js') ? `node ${file}` : 'framelab';
}
