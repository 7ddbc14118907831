import { expect, test } from 'vitest';
import { isOwnHeader, ownHeadersOf } from './own-headers.ts';

test('every header that the gateway may give an answer is known as its own', () => {
  const budget = { state: 'state', policy: 'policy', retryAfter: '7' };
  const headers = ownHeadersOf({ requestId: 'req_1', budget });
  const names = headers.filter((_, place) => place % 2 === 0);
  expect(names).toContain('Retry-After');
  expect(names.filter((name) => !isOwnHeader(name.toLowerCase()))).toEqual([]);
});
