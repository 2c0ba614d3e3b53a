await new Promise((resolve) => setTimeout(resolve, 1));
globalThis.order = [...(globalThis.order ?? []), 'awaits.mjs'];
export const late = 'settled';
