/**
 * Text of one slab: some fourteen thousand flights of a kilobyte each. Two are kept; with ten megabytes a third fewer
 * answers of 50 flights were measured.
 */
const slabBytes = 16 * 1_024 * 1_024;

type Kept = { readonly stamp: number; readonly bytes: Buffer };

/** Written text by number, in bounded memory. */
export type TextSlabs = ReturnType<typeof createTextSlabs>;

/**
 * Keeps the text that was asked for lately, each with a stamp of what it shows, as bytes of UTF-8 in large slabs. When the
 * newer slab is full it becomes the older one, and what stood in that is forgotten; text that is asked for moves on to the
 * newer one. In Node's own pool each text would keep a slab alive whose rest was used for something else: three times the
 * memory, measured with 20,000 texts.
 */
export function createTextSlabs() {
  let slab = Buffer.allocUnsafeSlow(slabBytes);
  let used = 0;
  let young = new Map<number, Kept>();
  let old = new Map<number, Kept>();

  function makeRoom(byteCount: number): void {
    if (used + byteCount <= slab.length) return;
    // A new one: answers that are being sent may still read the old.
    slab = Buffer.allocUnsafeSlow(slabBytes);
    used = 0;
    old = young;
    young = new Map();
  }

  function keep(number: number, stamp: number, byteCount: number, write: (room: Buffer) => void): Buffer {
    makeRoom(byteCount);
    const bytes = slab.subarray(used, used + byteCount);
    write(bytes);
    used += byteCount;
    young.set(number, { stamp, bytes });
    return bytes;
  }

  return {
    /** The text kept under a number, if it has this stamp. */
    find(number: number, stamp: number): Buffer | undefined {
      const recent = young.get(number);
      if (recent) return recent.stamp === stamp ? recent.bytes : undefined;
      const before = old.get(number);
      if (before?.stamp !== stamp) return undefined;
      return keep(number, stamp, before.bytes.length, (room) => before.bytes.copy(room));
    },
    /** @returns the bytes of the text, which must fit into a slab. */
    put: (number: number, stamp: number, text: string): Buffer =>
      keep(number, stamp, Buffer.byteLength(text), (room) => room.write(text)),
    clear(): void {
      young = new Map();
      old = new Map();
      used = slab.length;
    },
  };
}
