import { expect, test } from 'vitest';
import { erasableFrom } from './erasable-from.ts';

const nowMs = 1_800_000_000_000;
const dayMs = 86_400_000;

test.each([
  ['cancelled', nowMs],
  ['expired', nowMs],
  ['pending', nowMs + dayMs],
  ['confirmed', nowMs + 5 * dayMs],
] as const)('a %s booking can be erased from %i on', (status, fromMs) => {
  expect(erasableFrom({ status, lastDepartureMs: nowMs + 3 * dayMs }, nowMs)).toBe(fromMs);
});
