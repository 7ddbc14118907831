import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadCommonPasswords } from './common-passwords.ts';

test('the list has 10,000 passwords, none twice and each on a line of its own', () => {
  const text = readFileSync(new URL('../../passwords/common-passwords.txt', import.meta.url), 'utf8');
  const lines = text.trimEnd().split('\n');
  expect(lines).toHaveLength(10_000);
  expect(new Set(lines).size).toBe(10_000);
  expect(lines.filter((line) => line !== line.trim().toLowerCase())).toEqual([]);
});

test.each([
  ['password1', true],
  ['PassWord1', true],
  ['qwertyuiop', true],
  ['correct horse battery', false],
  ['', false],
])('%s is common: %s', (password, isCommon) => {
  expect(loadCommonPasswords()(password)).toBe(isCommon);
});
