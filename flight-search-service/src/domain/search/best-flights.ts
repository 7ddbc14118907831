/** A flight found, with the value it is sorted by. */
export type FoundFlight = { readonly slot: number; readonly value: number };

/**
 * Keeps the first so many of the flights that are offered, by value and then id: a heap with the last of them on top, so
 * that a search through a hundred thousand flights for a page of fifty sorts fifty.
 */
export function createBestFlights(options: {
  limit: number;
  descending: boolean;
  compareIds: (one: number, other: number) => number;
}) {
  const { limit, descending, compareIds } = options;
  const sign = descending ? -1 : 1;
  const heap: FoundFlight[] = [];

  /** Positive when the first comes later in the list. */
  const compare = (one: FoundFlight, other: FoundFlight) =>
    sign * (one.value - other.value || compareIds(one.slot, other.slot));

  function siftUp(from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!swapIfLater(at, parent)) return;
      at = parent;
    }
  }

  function siftDown(): void {
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      const [here, one, other] = [heap[left], heap[right], heap[at]];
      if (!here || !other) return;
      const later = one && compare(one, here) > 0 ? right : left;
      if (!swapIfLater(later, at)) return;
      at = later;
    }
  }

  function swapIfLater(child: number, parent: number): boolean {
    const [below, above] = [heap[child], heap[parent]];
    if (!below || !above || compare(below, above) <= 0) return false;
    heap[child] = above;
    heap[parent] = below;
    return true;
  }

  return {
    offer(slot: number, value: number): void {
      const candidate = { slot, value };
      if (heap.length < limit) {
        heap.push(candidate);
        siftUp(heap.length - 1);
      } else if (heap[0] && compare(candidate, heap[0]) < 0) {
        heap[0] = candidate;
        siftDown();
      }
    },
    /** Whether nothing with this value, nor with any that comes later, can be among the first any more. */
    isPast: (value: number) => heap.length === limit && heap[0] !== undefined && sign * (value - heap[0].value) > 0,
    /** In their order. */
    sorted: () => heap.toSorted(compare),
  };
}
