/** Code that is made of text while it runs: `new Function` and its kin are instrumented; what `node:vm` runs is said by name. */
import { createRequire } from 'node:module';
import { runInThisContext } from 'node:vm';
import type { Outside } from '../../../control/thread/outside.ts';
import type { Modules } from './modules.ts';

type Maker = new (...args: unknown[]) => () => unknown;

const text = Function.prototype.toString;

export function patchFunctions(modules: Modules): void {
  const makers = [
    Function,
    (async () => {}).constructor,
    function* () {}.constructor,
    async function* () {}.constructor,
  ] as unknown as Maker[];
  for (const maker of makers) {
    const make = (args: unknown[], target: Maker): object => {
      const made = Reflect.construct(maker, args, target) as () => unknown;
      const source = `(${text.call(made)})`;
      const code = modules.instrumented(source, 'script', 'new Function()');
      if (code === source) return made;
      const instrumented = runInThisContext(code) as object;
      const prototype = Object.getPrototypeOf(made) as object;
      return Object.setPrototypeOf(instrumented, prototype) as object;
    };
    const proxy: Maker = new Proxy(maker, {
      construct: (_target, args, target): object =>
        make(args, target === proxy ? maker : (target as unknown as Maker)),
      apply: (_target, _receiver, args) => make(args, maker),
    });
    const property = Object.getOwnPropertyDescriptor(maker.prototype, 'constructor');
    Object.defineProperty(maker.prototype, 'constructor', { ...property, value: proxy });
    if (maker === (Function as unknown as Maker)) {
      const own = Object.getOwnPropertyDescriptor(globalThis, 'Function');
      Object.defineProperty(globalThis, 'Function', { ...own, value: proxy });
    }
  }
}

/** Scripts are compiled as they are. */
export function watchScripts(outside: Outside): void {
  const vm = createRequire(import.meta.url)('node:vm') as Record<string, unknown>;
  const note = (name: string): void =>
    outside.met({
      what: `ran code by ${name}`,
      why: 'plain accesses in it are not seen',
      direct: true,
    });
  for (const name of ['runInThisContext', 'compileFunction']) {
    const original = vm[name] as (...args: unknown[]) => unknown;
    vm[name] = function (this: unknown, ...args: unknown[]): unknown {
      note(`vm.${name}()`);
      return original.apply(this, args);
    };
  }
  vm.Script = new Proxy(vm.Script as Maker, {
    construct(target, args, newTarget) {
      note('vm.Script');
      return Reflect.construct(target, args, newTarget) as object;
    },
  });
}
