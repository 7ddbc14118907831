import { expect, test } from 'vitest';
import { createHealth, isInDoubt, noteLook, noteNobodyThere } from './health.ts';

const look = (isWell: boolean) => ({ isWell, latencyMs: 1, nowMs: 1 });

test('the first look decides at once', () => {
  const health = createHealth(true);
  expect(noteLook(health, look(false))).toBe('fell');
  expect(health.isUp).toBe(false);
});

test('later it takes two looks in a row to fall, and two to rise', () => {
  const health = createHealth(true);
  const found = [true, false, true, false, false, true, false, true, true].map((isWell) =>
    noteLook(health, look(isWell)),
  );
  expect(found.filter((change) => change !== 'unchanged')).toEqual(['fell', 'rose']);
  expect(found.indexOf('fell')).toBe(4);
  expect(found.indexOf('rose')).toBe(8);
});

test('only one that still counts as up is in doubt', () => {
  const health = createHealth(true);
  noteLook(health, look(true));
  noteLook(health, look(false));
  expect(isInDoubt(health)).toBe(true);
  noteLook(health, look(false));
  expect(isInDoubt(health)).toBe(false);
  noteLook(health, look(true));
  expect(isInDoubt(health)).toBe(false);
});

test('where nobody takes a connection it is down at once, and has to rise', () => {
  const health = createHealth(true);
  noteLook(health, look(true));
  noteNobodyThere(health);
  expect(health.isUp).toBe(false);
  expect(noteLook(health, look(true))).toBe('unchanged');
  expect(noteLook(health, look(true))).toBe('rose');
});
