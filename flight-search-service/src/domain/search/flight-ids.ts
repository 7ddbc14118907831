/** An id takes this much room at most; it is what the database's column takes. */
export const maximumIdLength = 40;

const noSlot = -1;

/**
 * The ids of the flights by slot, as bytes in one array, and a hash table over them: 48 to 56 bytes a flight, where a Map
 * of strings takes 110.
 */
export type FlightIds = ReturnType<typeof createFlightIds>;

export function createFlightIds(capacity: number) {
  let bytes = Buffer.alloc(capacity * maximumIdLength);
  let lengths = new Uint8Array(capacity);
  /** Slots by the hash of their id, each at the first free place from there on (linear probing). */
  let table = emptyTable(capacity);
  let count = 0;

  const mask = () => table.length - 1;

  function hashOfSlot(slot: number): number {
    let hash = 0x811c9dc5;
    const start = slot * maximumIdLength;
    for (let index = start; index < start + (lengths[slot] ?? 0); index++) {
      hash = Math.imul(hash ^ (bytes[index] ?? 0), 0x01000193);
    }
    return mixed(hash);
  }

  function isAt(slot: number, id: string): boolean {
    if (lengths[slot] !== id.length) return false;
    const start = slot * maximumIdLength;
    for (let index = 0; index < id.length; index++) {
      if (bytes[start + index] !== id.charCodeAt(index)) return false;
    }
    return true;
  }

  function place(slot: number): void {
    let at = hashOfSlot(slot) & mask();
    while (table[at] !== noSlot) at = (at + 1) & mask();
    table[at] = slot;
  }

  function rehash(capacityWanted: number): void {
    const slots = table.filter((slot) => slot !== noSlot);
    table = emptyTable(capacityWanted);
    for (const slot of slots) place(slot);
  }

  function placeOf(id: string): number {
    let at = hashOfText(id) & mask();
    for (;;) {
      const slot = table[at] ?? noSlot;
      if (slot === noSlot || isAt(slot, id)) return at;
      at = (at + 1) & mask();
    }
  }

  function idOf(slot: number): string {
    const start = slot * maximumIdLength;
    return bytes.toString('latin1', start, start + (lengths[slot] ?? 0));
  }

  return {
    /** Makes room for slots below this number. */
    reserve(slots: number): void {
      const longer = Buffer.alloc(slots * maximumIdLength);
      longer.set(bytes);
      bytes = longer;
      const longerLengths = new Uint8Array(slots);
      longerLengths.set(lengths);
      lengths = longerLengths;
      if (slots * 2 > table.length) rehash(slots);
    },
    /** The slot of an id; undefined for one that is not there. */
    find(id: string): number | undefined {
      const slot = table[placeOf(id)] ?? noSlot;
      return slot === noSlot ? undefined : slot;
    },
    /** @throws Error for an id that no database column of ours could hold. */
    add(slot: number, id: string): void {
      if (id.length > maximumIdLength || !isLatin(id)) throw new Error(`"${id}" can't be the id of a flight.`);
      lengths[slot] = id.length;
      const start = slot * maximumIdLength;
      for (let index = 0; index < id.length; index++) bytes[start + index] = id.charCodeAt(index);
      count += 1;
      place(slot);
    },
    remove(slot: number): void {
      let gap = placeOf(idOf(slot));
      // What stands behind the gap, and was put there because of who stood in it, moves up (Knuth 6.4, algorithm R).
      for (let at = (gap + 1) & mask(); ; at = (at + 1) & mask()) {
        const moving = table[at] ?? noSlot;
        if (moving === noSlot) break;
        const home = hashOfSlot(moving) & mask();
        if (((at - home) & mask()) < ((at - gap) & mask())) continue;
        table[gap] = moving;
        gap = at;
      }
      table[gap] = noSlot;
      lengths[slot] = 0;
      count -= 1;
    },
    idOf,
    /** Orders ids as texts are ordered: negative when the first comes first. */
    compare(one: number, other: number): number {
      const [first, second] = [one * maximumIdLength, other * maximumIdLength];
      const [length, otherLength] = [lengths[one] ?? 0, lengths[other] ?? 0];
      for (let index = 0; index < Math.min(length, otherLength); index++) {
        const difference = (bytes[first + index] ?? 0) - (bytes[second + index] ?? 0);
        if (difference !== 0) return difference;
      }
      return length - otherLength;
    },
    count: () => count,
  };
}

/** At most half full, and its length a power of two. */
function emptyTable(capacity: number): Int32Array {
  return new Int32Array(2 ** Math.ceil(Math.log2(Math.max(8, capacity * 2)))).fill(noSlot);
}

function hashOfText(id: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index++) hash = Math.imul(hash ^ (id.charCodeAt(index) & 0xff), 0x01000193);
  return mixed(hash);
}

/** FNV-1a leaves its low bits alike for texts that differ at the front; this spreads them (the finalizer of MurmurHash3). */
function mixed(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (once ^ (once >>> 13)) >>> 0;
}

const isLatin = (text: string) => /^[\x21-\x7e]+$/.test(text);
