// multithreading reads navigator at import, which Node.js has from 21 on.
globalThis.navigator ??= { hardwareConcurrency: 2 };
