import { SyntheticModule, Module as VmModule } from 'node:vm';

/** What `import()` in the source of a URL calls: gives what Node.js takes for a module. */
export type DynamicImport = (
  url: string,
) => (specifier: string, referrer: unknown, attributes: Record<string, string>) => Promise<object>;

let real: PropertyDescriptorMap | undefined;

/**
 * A namespace of ours as the result of `importModuleDynamically`, which has to be a `vm.Module`. One real module lends what
 * makes it one to all: a new one for each import would stay in memory.
 */
export function carry(namespace: object): object {
  real ??= Object.getOwnPropertyDescriptors(new SyntheticModule([], () => {}));
  return Object.create(VmModule.prototype, {
    ...real,
    status: { value: 'evaluated' },
    namespace: { value: namespace },
  }) as object;
}
