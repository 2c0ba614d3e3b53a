import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { LabError } from './error.ts';
import { show } from './options_check.ts';

/**
 * The one test of "is this a path": true if the text names a module's file, not something built in. That is a file URL,
 * anything with a slash or a backslash (`./x`, `../x`, an absolute path, `C:\x`), and the name of a JavaScript or
 * TypeScript file. A query (`?size=3`) may follow.
 */
export function isModulePath(text: string): boolean {
  return /^file:|[/\\]|\.[cm]?[jt]s(\?.*)?$/i.test(text);
}

/** As `isModulePath`, for files of any kind: a name with an extension is one, too. */
export function isFilePath(text: string): boolean {
  return isModulePath(text) || /[^.]\.[a-z]\w*$/i.test(text);
}

/**
 * The absolute path of a file given as a path (from the working directory) or a file URL, without a query.
 *
 * @throws `Usage` for a URL that names no file
 */
export function filePath(text: string): string {
  return text.startsWith('file:') ? pathOfUrl(text) : resolve(text.replace(/\?.*$/s, ''));
}

/**
 * The URL of a module given as a path (from the working directory) or a URL. A query is kept: a path with another query
 * is another module, which finds it in `import.meta.url`.
 *
 * @throws `Usage` for a URL that names no file
 */
export function moduleUrl(module: string | URL): string {
  if (typeof module !== 'string' && typeof (module as URL | null)?.href !== 'string') {
    throw new LabError('Usage', `a module is given by its path or URL, not by ${show(module)}`);
  }
  const text = typeof module === 'string' ? module : module.href;
  if (typeof module !== 'string' || text.startsWith('file:')) {
    pathOfUrl(text);
    return new URL(text).href;
  }
  return pathToFileURL(filePath(text)).href + moduleQuery(text);
}

/** The query of a module's path or URL, with its question mark, or ''. */
export function moduleQuery(text: string): string {
  return /\?.*$/s.exec(text)?.[0] ?? '';
}

function pathOfUrl(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw new LabError('Usage', `${url} names no file: ${(cause as Error).message}`, { cause });
  }
}
