/** Strings to dense ids and back. Cost: one hash probe. Any string is a name like any other (`__proto__` too). */
export class Interner {
  readonly #ids = new Map<string, number>();
  readonly #names: string[] = [];
  /** By name: the number that {@link unique} put behind it last. */
  readonly #numbers = new Map<string, number>();

  get size(): number {
    return this.#names.length;
  }

  /** The id of `name`; a new one if it was never seen. */
  id(name: string): number {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const id = this.#names.length;
    this.#ids.set(name, id);
    this.#names.push(name);
    return id;
  }

  /** The id of `name`, or undefined if it was never seen. */
  find(name: string): number | undefined {
    return this.#ids.get(name);
  }

  /**
   * `name`, or if that was seen, with the first number behind it that was not: `m#2`, `m#3`, …; it is not given an id.
   * No number is tried again that was once found taken, so that the next one is found at once, however many share the name.
   */
  unique(name: string): string {
    if (!this.#ids.has(name)) return name;
    let number = this.#numbers.get(name) ?? 2;
    while (this.#ids.has(`${name}#${number}`)) number++;
    this.#numbers.set(name, number);
    return `${name}#${number}`;
  }

  /** @throws RangeError if no name has this id. */
  name(id: number): string {
    const name = this.#names[id];
    if (name === undefined) throw new RangeError(`no name has the id ${id}; there are ${this.#names.length}`);
    return name;
  }

  names(): readonly string[] {
    return this.#names;
  }
}
