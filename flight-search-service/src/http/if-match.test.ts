import { expect, test } from 'vitest';
import { readIfMatch } from './if-match.ts';

test.for([
  [undefined, undefined],
  ['*', undefined],
  ['"3.17"', 3],
  [' "3" ', 3],
] as const)('If-Match %s asks for version %s', ([header, version]) => {
  expect(readIfMatch(header)).toBe(version);
});

test.for(['3', '', '"three"', 'W/"3.17"', '"3.17", "4.1"', '"-1"', '"3.17.5"'])(
  'If-Match %s is refused as malformed',
  (header) => {
    expect(() => readIfMatch(header)).toThrow(expect.objectContaining({ status: 400, code: 'bad_header' }));
  },
);
