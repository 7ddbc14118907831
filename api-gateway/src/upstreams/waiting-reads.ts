import type { ClientRequest } from 'node:http';

/** A read that can be sent elsewhere as long as it has no answer. */
export type WaitingRead = {
  readonly request: ClientRequest;
  /** Among those of its instance; -1 when it is not one of them any more. */
  place: number;
};

/**
 * Those of one instance, in no order. Not a `Set`: each time its table is full of entries that were deleted, V8 begins a new
 * one that the old one points to, with all that was in it. Once such a table has lived long enough to be left alone by the
 * small collections, every request keeps the later ones in memory: each collection copied 10 MB instead of nothing, and
 * took 10 ms instead of 1.
 */
export type WaitingReads = {
  readonly add: (request: ClientRequest) => WaitingRead;
  /** Does nothing with one that was removed before. */
  readonly remove: (read: WaitingRead) => void;
  readonly requests: () => readonly ClientRequest[];
};

export function createWaitingReads(): WaitingReads {
  const reads: WaitingRead[] = [];
  return {
    add: (request) => {
      const read = { request, place: reads.length };
      reads.push(read);
      return read;
    },
    remove: (read) => {
      if (read.place === -1) return;
      const last = reads.pop();
      if (last && last !== read) {
        reads[read.place] = last;
        last.place = read.place;
      }
      read.place = -1;
    },
    requests: () => reads.map(({ request }) => request),
  };
}
