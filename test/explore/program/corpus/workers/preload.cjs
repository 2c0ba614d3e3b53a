globalThis.preloaded = [...(globalThis.preloaded ?? []), 'preload.cjs'];
