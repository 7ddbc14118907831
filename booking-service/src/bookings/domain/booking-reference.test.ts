import { expect, test } from 'vitest';
import { toBookingReference } from './booking-reference.ts';

test('a reference has six characters that nobody mistakes for others', () => {
  const all = new Set(
    Array.from({ length: 256 }, (_, byte) => toBookingReference(new Uint8Array(6).fill(byte)).charAt(0)),
  );
  expect(all.size).toBe(32);
  for (const mistaken of 'IO01') expect(all).not.toContain(mistaken);
  expect(toBookingReference(Uint8Array.of(0, 31, 32, 8, 24, 255))).toMatch(/^[A-Z2-9]{6}$/);
});

test('too few random bytes are refused', () => {
  expect(() => toBookingReference(new Uint8Array(5))).toThrow(RangeError);
});
