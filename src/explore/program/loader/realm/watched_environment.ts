const { keys } = Object;

/** The variables of an environment as they once were. */
export class WatchedEnvironment {
  private readonly env: NodeJS.ProcessEnv;
  private readonly variables: ReadonlyMap<string, string>;

  constructor(env: NodeJS.ProcessEnv) {
    this.env = env;
    this.variables = new Map(keys(env).map((name) => [name, env[name]!]));
  }

  /** @returns true if something had been changed */
  putBack(): boolean {
    const { env, variables } = this;
    const now = keys(env);
    let hasChanged = now.length !== variables.size;
    for (const name of now) {
      const was = variables.get(name);
      if (was === undefined) delete env[name];
      else if (env[name] !== was) env[name] = was;
      else continue;
      hasChanged = true;
    }
    if (hasChanged) for (const [name, was] of variables) if (env[name] === undefined) env[name] = was;
    return hasChanged;
  }
}
