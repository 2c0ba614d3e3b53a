import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** True for what names a file and nothing built in: a file URL, a path, or a file of JavaScript or TypeScript. */
export function isModulePath(choice: string): boolean {
  return choice.startsWith('file:') || /[/\\]/.test(choice) || /\.[cm]?[jt]s$/.test(choice);
}

/** What such a choice is imported by. */
export function moduleUrl(choice: string): string {
  return choice.startsWith('file:') ? choice : pathToFileURL(resolve(choice)).href;
}
