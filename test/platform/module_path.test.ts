import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { filePath, isFilePath, isModulePath, moduleQuery, moduleUrl } from '#src/platform/module_path.js';

const MODULES = [
  './x',
  '../x.js',
  '/a/x.mjs',
  'a/x',
  'x.js',
  'x.mjs',
  'x.cjs',
  'x.ts',
  'x.mts',
  'X.MJS',
  'x.js?size=1',
  'C:\\a\\x.js',
  'C:/a/x',
  '..\\x',
  'file:///a/x.js',
  'file:///a/x?b=1',
];
const NAMES = ['buddy', 'ttas-backoff', 'global-buddy', 'js', 'mjs', '', '.', 'pc', 'x.json', 'x?y'];

describe('is this a path', () => {
  test.each(MODULES)('%s is one', (text) => {
    expect([isModulePath(text), isFilePath(text)]).toEqual([true, true]);
  });

  test.each(NAMES)("'%s' names no module", (text) => {
    expect(isModulePath(text)).toBe(false);
  });

  test('a file of another kind is no module', () => {
    expect(['map.json', 'a.b', 'small', '1.5', '..'].map(isFilePath)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('where a module is', () => {
  test('paths are taken from the working directory, URLs as they are', () => {
    expect(filePath('./a/../x.js')).toBe(resolve('x.js'));
    expect(filePath('file:///a%20b/x.js')).toBe('/a b/x.js');
    expect(moduleUrl('x.js')).toBe(pathToFileURL(resolve('x.js')).href);
    expect(moduleUrl('/a b/#x.js')).toBe('file:///a%20b/%23x.js');
    expect(moduleUrl(new URL('file:///a/x.js?b=1'))).toBe('file:///a/x.js?b=1');
  });

  test('a query is kept, and is no part of the path', () => {
    expect(moduleUrl('x.js?a=/b&c=?d')).toBe(`${pathToFileURL(resolve('x.js')).href}?a=/b&c=?d`);
    expect(moduleUrl('file:///a/x.js?b=1')).toBe('file:///a/x.js?b=1');
    expect(filePath('x.js?a=/b')).toBe(resolve('x.js'));
    expect([moduleQuery('x.js?a=1'), moduleQuery('x.js')]).toEqual(['?a=1', '']);
  });

  test.each([['file://other.host/x.js'], [new URL('https://example.org/x.js')], [5]])(
    '%s names no file',
    (module) => {
      expect(() => moduleUrl(module as string)).toThrow(expect.objectContaining({ code: 'Usage' }));
    },
  );
});
