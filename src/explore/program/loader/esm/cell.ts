/** An exported binding, and the variables of those that import it. */
export class Cell {
  private readonly name: string;
  /** Never assigned after its declaration. */
  readonly isConstant: boolean;
  /** Reads the variable; undefined until its module is instantiated. */
  getter: (() => unknown) | undefined;
  /** It has a value. */
  ready = false;
  private setters: ((value: unknown) => void)[] | undefined;

  constructor(name: string, getter?: () => unknown, isConstant = false) {
    this.name = name;
    this.getter = getter;
    this.isConstant = isConstant;
  }

  /** @throws ReferenceError where it is not declared yet */
  get(): unknown {
    const { getter } = this;
    if (getter === undefined) throw new ReferenceError(`Cannot access '${this.name}' before initialization`);
    return getter();
  }

  /** Gives its value to who imports it. */
  publish(): void {
    if (this.setters === undefined && this.ready) return;
    let value: unknown;
    try {
      value = this.get();
    } catch {
      // A variable of the same name was assigned before the exported one was declared.
      return;
    }
    this.ready = true;
    if (this.setters !== undefined) for (const setter of this.setters) setter(value);
  }

  subscribe(setter: (value: unknown) => void): void {
    if (this.setters === undefined) this.setters = [setter];
    else this.setters.push(setter);
    if (this.ready) setter(this.get());
  }

  forgetImporters(): void {
    this.setters = undefined;
  }
}
