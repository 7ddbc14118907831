import type { ClientRequest } from 'node:http';
import { expect, test } from 'vitest';
import { createWaitingReads } from './waiting-reads.ts';

// Nothing is asked of them but to be told apart.
const requests = Array.from({ length: 4 }, (_, number) => ({ number }) as unknown as ClientRequest);

test('holds what was added and not removed, whatever goes first', () => {
  const reads = createWaitingReads();
  const [first, second, third, fourth] = requests.map(reads.add);
  if (!first || !second || !third || !fourth) throw new Error('Four were added.');
  reads.remove(first);
  expect(new Set(reads.requests())).toEqual(new Set(requests.slice(1)));
  reads.remove(fourth);
  reads.remove(second);
  expect(reads.requests()).toEqual([requests[2]]);
  reads.remove(third);
  expect(reads.requests()).toEqual([]);
});

test('removing one a second time takes no other away', () => {
  const reads = createWaitingReads();
  const [first] = requests.slice(0, 2).map(reads.add);
  if (!first) throw new Error('Two were added.');
  reads.remove(first);
  reads.remove(first);
  expect(reads.requests()).toEqual([requests[1]]);
});
