import { expect, test } from 'vitest';
import { foldName } from './fold-name.ts';

test.for([
  ['Lovelace', ' LOVELACE '],
  ['Núñez', 'nunez'],
  ['Núñez', 'Nu\u0301n\u0303ez'],
  ['Weiß', 'WEISS'],
  ['Σίσυφος', 'ΣΙΣΥΦΟΣ'],
  ['de  la Cruz', 'De La Cruz'],
  ['Åström', 'Astrom'],
] as const)('%s and %s are one name', ([one, other]) => {
  expect(foldName(one)).toBe(foldName(other));
});

test.for([
  ['Lovelace', 'Loveless'],
  ['Lovelace', ''],
  ['की', 'का'],
  ['\u0301', '\u0302'],
] as const)('%s and %s are two names', ([one, other]) => {
  expect(foldName(one)).not.toBe(foldName(other));
});
