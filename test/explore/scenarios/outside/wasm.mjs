import { setFlagsFromString } from 'node:v8';

// WebAssembly modules, by the query: with and without shared memory, compiled in every way, alone or from setup().
const LIMITS = { shared: [3, 1, 1], plain: [1, 1, 1], shared64: [7, 1, 1], plain64: [5, 1, 1] };
const string = (text) => [text.length, ...new TextEncoder().encode(text)];
const section = (id, body) => [id, body.length, ...body];
const HEAD = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const query = new URL(import.meta.url).searchParams;
// One function without arguments: atomic.fence, or nothing. A type of garbage collection, which is not rewritten, but with
// code=plain and code=known.
const code = query.get('code');
const refused = code === null;
if (refused && Number.parseInt(process.versions.node, 10) < 22) setFlagsFromString('--experimental-wasm-gc');
const body = code === 'plain' ? [0, 0x0b] : [0, 0xfe, 3, 0, 0x0b];
const TYPE = section(1, refused ? [2, 0x5f, 0, 0x60, 0, 0] : [1, 0x60, 0, 0]);
const FUNCTION = section(3, [1, refused ? 1 : 0]);
const CODE = section(10, [1, body.length, ...body]);
const modules = {
  imports: (kind) => [
    ...HEAD,
    ...TYPE,
    ...section(2, [1, ...string('env'), ...string('memory'), 2, ...LIMITS[kind]]),
    ...FUNCTION,
    ...CODE,
  ],
  defines: (kind) => [...HEAD, ...TYPE, ...FUNCTION, ...section(5, [1, ...LIMITS[kind]]), ...CODE],
  exports: (kind) => [
    ...HEAD,
    ...TYPE,
    ...FUNCTION,
    ...section(5, [1, ...LIMITS[kind]]),
    ...section(7, [1, ...string('m'), 2, 0]),
    ...CODE,
  ],
};
const kind = query.get('kind');
const bytes = new Uint8Array(modules[query.get('module')](kind));
const compile = {
  construct: (module, imports) => new WebAssembly.Instance(module ?? new WebAssembly.Module(bytes), imports),
  instantiate: (module, imports) => WebAssembly.instantiate(module ?? bytes, imports),
  compile: async (_, imports) => new WebAssembly.Instance(await WebAssembly.compile(bytes), imports),
  streaming: async (_, imports) => {
    const headers = { 'content-type': 'application/wasm' };
    return WebAssembly.instantiateStreaming(new Response(bytes, { headers }), imports);
  },
};
export const setup = () => ({
  words: new Int32Array(new SharedArrayBuffer(8)),
  memory: new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }),
  module: query.has('module-of-setup') ? new WebAssembly.Module(bytes) : undefined,
});
export async function attach({ memory, module }) {
  const own = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const made = await compile[query.get('by')](module, { env: { memory: kind === 'shared' ? memory : own } });
  if (!((made.instance ?? made) instanceof WebAssembly.Instance)) throw new Error('no instance');
}
export function thread({ words }, index) {
  if (query.get('after') === 'wait' && index === 0) Atomics.wait(words, 0, 0);
  Atomics.add(words, 1, 1);
}
export function check({ words }) {
  if (words[1] !== 2) throw new Error(`counted ${words[1]}`);
}
