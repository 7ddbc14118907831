import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createRefreshTokens, hashOfRefreshToken } from './refresh-tokens.ts';

const key = randomBytes(32);
const tokens = createRefreshTokens(key);

test('a token always has the same successor, of the same form', () => {
  const first = tokens.first();
  const second = tokens.successorOf(first);
  expect(createRefreshTokens(key).successorOf(first)).toBe(second);
  for (const token of [first, second]) expect(token).toMatch(/^rt_[A-Za-z0-9_-]{43}$/);
  expect(new Set([first, second, tokens.successorOf(second)]).size).toBe(3);
});

test('without the key the successor is another one', () => {
  const first = tokens.first();
  expect(createRefreshTokens(randomBytes(32)).successorOf(first)).not.toBe(tokens.successorOf(first));
});

test('no two sessions begin with the same token, and hashes fit their column', () => {
  expect(tokens.first()).not.toBe(tokens.first());
  expect(hashOfRefreshToken(tokens.first())).toMatch(/^[0-9a-f]{64}$/);
});
