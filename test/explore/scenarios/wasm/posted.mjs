// A module that setup() compiled, in the way that the query says, and that reaches the threads as a clone; the memory may be the module's own import or made
// here. Two threads count by its atomic instructions.
const by = new URL(import.meta.url).searchParams.get('by') ?? 'module';
// (import "env" "memory" (memory 1 1 shared)), (func (export "add") (param i32) (result i32) ... i32.atomic.rmw.add)
const bytes = new Uint8Array([
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 6, 1, 0x60, 1, 0x7f, 1, 0x7f, 2, 0x10, 1, 3, 0x65, 0x6e, 0x76, 6, 0x6d,
  0x65, 0x6d, 0x6f, 0x72, 0x79, 2, 3, 1, 1, 3, 2, 1, 0, 7, 7, 1, 3, 0x61, 0x64, 0x64, 0, 0, 10, 0x0c, 1, 0x0a,
  0, 0x20, 0, 0x41, 1, 0xfe, 0x1e, 2, 0, 0x0b,
]);
const headers = { 'content-type': 'application/wasm' };
const compile = {
  module: () => new WebAssembly.Module(bytes),
  compile: () => WebAssembly.compile(bytes),
  streaming: () => WebAssembly.compileStreaming(new Response(bytes, { headers })),
  cloned: () => structuredClone(new WebAssembly.Module(bytes)),
};

export async function setup() {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  return { memory, module: await (compile[by] ?? compile.module)() };
}

export async function attach({ memory, module }) {
  const imports = Object.freeze({ env: Object.freeze({ memory }) });
  const made = {
    instantiate: async () => (await WebAssembly.instantiate(bytes, imports)).instance,
    'instantiate-module': () => WebAssembly.instantiate(module, imports),
    'instantiate-streaming': async () =>
      (await WebAssembly.instantiateStreaming(new Response(bytes, { headers }), imports)).instance,
  }[by]?.();
  const instance = (await made) ?? new WebAssembly.Instance(module, imports);
  if (Object.keys(imports).join() !== 'env') throw new Error('the imports were changed');
  const said = WebAssembly.Module.imports(module).map((entry) => `${entry.module}.${entry.name}`);
  if (said.join() !== 'env.memory') throw new Error(`it imports ${said}`);
  return instance.exports;
}

export function thread(_, _index, { add }) {
  add(0);
}

export function check({ memory }) {
  const counted = new Int32Array(memory.buffer)[0];
  if (counted !== 2) throw new Error(`counted ${counted}`);
}
