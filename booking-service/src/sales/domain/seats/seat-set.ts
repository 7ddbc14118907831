/** A set of seat numbers that is small enough to stand in one column: a bit for each seat. */
export class SeatSet {
  readonly #bits: Uint8Array;

  private constructor(bits: Uint8Array) {
    this.#bits = bits;
  }

  /** A set without seats, for a cabin of this many. */
  static empty(seats: number): SeatSet {
    return new SeatSet(new Uint8Array(Math.ceil(seats / 8)));
  }

  /** Reads what `toText` wrote for a cabin of this many seats. */
  static fromText(text: string, seats: number): SeatSet {
    const bits = new Uint8Array(Math.ceil(seats / 8));
    bits.set(Buffer.from(text, 'base64').subarray(0, bits.length));
    return new SeatSet(bits);
  }

  toText(): string {
    return Buffer.from(this.#bits).toString('base64');
  }

  get size(): number {
    let size = 0;
    for (const byte of this.#bits) for (let bits = byte; bits > 0; bits >>= 1) size += bits & 1;
    return size;
  }

  has(number: number): boolean {
    return ((this.#bits[number >> 3] ?? 0) & (1 << (number & 7))) !== 0;
  }

  add(number: number): void {
    this.#bits[number >> 3] = (this.#bits[number >> 3] ?? 0) | (1 << (number & 7));
  }

  delete(number: number): void {
    this.#bits[number >> 3] = (this.#bits[number >> 3] ?? 0) & ~(1 << (number & 7));
  }
}
