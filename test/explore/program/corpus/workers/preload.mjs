globalThis.preloaded = [...(globalThis.preloaded ?? []), 'preload.mjs'];
