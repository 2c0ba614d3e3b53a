/** The module of a scenario: as it should be, or with what the query plants. */
export function choose(scenario, name) {
  const bug = new URL(scenario).searchParams.get('bug');
  return new URL(bug === null ? `./${name}.wasm` : `./${name}-${bug}.wasm`, scenario);
}
