import { expect, test } from 'vitest';
import { createTextSlabs } from './text-slabs.ts';

const megabyte = 'é'.repeat(512 * 1_024);

test('a text is found by its number and stamp, and not by an older or newer stamp', () => {
  const slabs = createTextSlabs();
  expect(slabs.find(7, 1)).toBeUndefined();
  expect(slabs.put(7, 1, 'Zürich').toString()).toBe('Zürich');
  slabs.put(8, 1, 'Genève');
  expect(slabs.find(7, 1)?.toString()).toBe('Zürich');
  expect(slabs.find(7, 2)).toBeUndefined();
  slabs.put(7, 2, 'Basel');
  expect(slabs.find(7, 2)?.toString()).toBe('Basel');
  expect(slabs.find(7, 1)).toBeUndefined();
  slabs.clear();
  expect(slabs.find(8, 1)).toBeUndefined();
});

test('what is asked for stays, what is not is forgotten, and text that is being sent is never written over', () => {
  const slabs = createTextSlabs();
  const sending = slabs.put(1, 1, 'one');
  slabs.put(2, 1, 'two');
  for (let number = 100; number < 150; number++) {
    slabs.put(number, 1, megabyte);
    expect(slabs.find(1, 1)?.toString()).toBe('one');
  }
  expect(slabs.find(2, 1)).toBeUndefined();
  expect(slabs.find(100, 1)).toBeUndefined();
  expect(slabs.find(149, 1)?.toString()).toBe(megabyte);
  expect(sending.toString()).toBe('one');
});
