/** What Node.js gives to CommonJS modules, as far as it is used here. */

export interface CommonJsModule {
  id: string;
  path: string;
  exports: unknown;
  filename: string | null;
  loaded: boolean;
  children: CommonJsModule[];
  paths: string[];
  readonly parent?: CommonJsModule | null;
  require(id: string): unknown;
  _compile(content: string, filename: string): unknown;
}

type Extension = (module: CommonJsModule, filename: string) => void;

export interface ModuleInternals {
  new (id: string, parent?: CommonJsModule | null): CommonJsModule;
  _resolveFilename(
    request: string,
    parent: CommonJsModule | null,
    isMain?: boolean,
    options?: object,
  ): string;
  _resolveLookupPaths(request: string, parent: CommonJsModule): string[] | null;
  _nodeModulePaths(folder: string): string[];
  readonly _extensions: Record<string, Extension | undefined>;
}

export interface RequireFunction {
  (id: string): unknown;
  resolve: {
    (request: string, options?: object): string;
    paths(request: string): string[] | null;
  };
  main: CommonJsModule | undefined;
  extensions: Record<string, Extension | undefined>;
  cache: Record<string, CommonJsModule | undefined>;
}
