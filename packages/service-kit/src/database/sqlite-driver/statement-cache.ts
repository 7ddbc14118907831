/** Keeps the values used last, at most `maxEntries` of them. */
export class StatementCache<Value> {
  readonly #maxEntries: number;
  // A Map iterates in order of insertion, so its first key is the one unused for longest.
  readonly #entries = new Map<string, Value>();

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(sql: string): Value | undefined {
    const value = this.#entries.get(sql);
    if (value !== undefined) {
      this.#entries.delete(sql);
      this.#entries.set(sql, value);
    }
    return value;
  }

  set(sql: string, value: Value): void {
    this.#entries.set(sql, value);
    if (this.#entries.size > this.#maxEntries) {
      const oldest = this.#entries.keys().next();
      if (!oldest.done) {
        this.#entries.delete(oldest.value);
      }
    }
  }
}
