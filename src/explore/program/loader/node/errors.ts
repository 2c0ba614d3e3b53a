/** Node.js's own errors, where they have to be made here; by the names and texts of the Node.js that runs. */
import { fileURLToPath } from 'node:url';

const MAJOR = Number(process.versions.node.split('.')[0]);

function nodeError(code: string, message: string, of: ErrorConstructor = Error): Error {
  const error = new of(message) as Error & { code: string };
  // As Node.js does it: the code is part of the stack, and not of the name.
  const { name } = error;
  Object.defineProperty(error, 'name', { value: `${name} [${code}]`, configurable: true });
  void error.stack;
  delete (error as { name?: string }).name;
  error.code = code;
  return error;
}

export function moduleNotFound(url: string, parent: string): Error {
  const error = nodeError(
    'ERR_MODULE_NOT_FOUND',
    `Cannot find module '${pathOf(url)}' imported from ${pathOf(parent)}`,
  );
  return Object.assign(error, { url });
}

export function folderImport(url: string, parent: string): Error {
  const error = nodeError(
    'ERR_UNSUPPORTED_DIR_IMPORT',
    `Directory import '${pathOf(url)}' is not supported resolving ES modules imported from ${pathOf(parent)}`,
  );
  return Object.assign(error, { url });
}

export function unknownExtension(extension: string, url: string): Error {
  return nodeError(
    'ERR_UNKNOWN_FILE_EXTENSION',
    `Unknown file extension "${extension}" for ${pathOf(url)}`,
    TypeError,
  );
}

export function unsupportedScheme(url: string): Error {
  const schemes = MAJOR < 22 ? 'file, data, and node' : 'file and data';
  return nodeError(
    'ERR_UNSUPPORTED_ESM_URL_SCHEME',
    `Only URLs with a scheme in: ${schemes} are supported by the default ESM loader. ` +
      `Received protocol '${new URL(url).protocol}'`,
  );
}

/**
 * A CommonJS module whose names do not say that it exports one.
 * @param pattern what takes the names from its value
 */
export function nameNotFound(name: string, specifier: string, pattern: string): Error {
  return new SyntaxError(
    `Named export '${name}' not found. The requested module '${specifier}' is a CommonJS module, which may not support all ` +
      'module.exports as named exports.\nCommonJS modules can always be imported via the default export, for example ' +
      `using:\n\nimport pkg from '${specifier}';\nconst ${pattern} = pkg;\n`,
  );
}

/** A JSON module without its attribute. */
export function attributeMissing(url: string): Error {
  return MAJOR < 22
    ? nodeError(
        'ERR_IMPORT_ASSERTION_TYPE_MISSING',
        `Module "${url}" needs an import attribute of type "json"`,
        TypeError,
      )
    : nodeError(
        'ERR_IMPORT_ATTRIBUTE_MISSING',
        `Module "${url}" needs an import attribute of "type: json"`,
        TypeError,
      );
}

/** Another module with an attribute that is not its own. */
export function attributeWrong(url: string, type: string): Error {
  return MAJOR < 22
    ? nodeError('ERR_IMPORT_ASSERTION_TYPE_FAILED', `Module "${url}" is not of type "${type}"`, TypeError)
    : nodeError(
        'ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE',
        `Module "${url}" is not of type "${type}"`,
        TypeError,
      );
}

export function requiredAsync(): Error {
  return nodeError(
    'ERR_REQUIRE_ASYNC_MODULE',
    'require() cannot be used on an ESM graph with top-level await. Use import() instead. To see where the top-level ' +
      'await comes from, use --experimental-print-required-tla.',
  );
}

export function requiredCycle(filename: string): Error {
  return nodeError('ERR_REQUIRE_CYCLE_MODULE', `Cannot require() ES Module ${filename} in a cycle.`);
}

export function badArgument(name: string, value: unknown): Error {
  return value === ''
    ? nodeError(
        'ERR_INVALID_ARG_VALUE',
        `The argument '${name}' must be a non-empty string. Received ''`,
        TypeError,
      )
    : nodeError('ERR_INVALID_ARG_TYPE', `The "${name}" argument must be of type string.`, TypeError);
}

function pathOf(url: string): string {
  return url.startsWith('file:') ? fileURLToPath(url) : url;
}
