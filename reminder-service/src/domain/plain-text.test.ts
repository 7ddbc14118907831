import { expect, test } from 'vitest';
import { oneLine } from './plain-text.ts';

test.each([
  ['Ada\r\nBcc: eve@example.com', 'Ada Bcc: eve@example.com'],
  ['Ada\u2028Lovelace\u0085', 'Ada Lovelace'],
  ['\u202eevil\u2066 name\u200f', 'evil name'],
  ['  a \t b\u00a0c ', 'a b c'],
  ['محمد علي', 'محمد علي'],
  ["O'Brien <b>", "O'Brien <b>"],
  ['\u202e', ''],
])('%j becomes %j', (typed, expected) => {
  expect(oneLine(typed)).toBe(expected);
});
