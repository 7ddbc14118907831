import { expect, test } from 'vitest';
import { dueForKeys } from './key-rotation.ts';

const nowMs = 1_800_000_000_000;
const lifetimeMs = 900_000;
const signing = { id: 'old', signs: true, signsFromMs: null, leavesAtMs: null };
const next = (signsFromMs: number) => ({ id: 'new', signs: false, signsFromMs, leavesAtMs: null });

test('nothing is due for a single key, or before the next one may sign', () => {
  expect(dueForKeys([signing], lifetimeMs, nowMs)).toEqual({ handOver: undefined, gone: [] });
  expect(dueForKeys([next(nowMs + 1), signing], lifetimeMs, nowMs).handOver).toBeUndefined();
});

test('the next key takes over at its time, and the old one stays until its last token has surely ended', () => {
  const { handOver } = dueForKeys([next(nowMs), signing], lifetimeMs, nowMs);
  expect(handOver).toMatchObject({ from: 'old', to: 'new' });
  expect(handOver?.leavesAtMs).toBeGreaterThan(nowMs + lifetimeMs);
});

test('a key that left the signing to another one goes at its time, and never signs again', () => {
  const left = { id: 'old', signs: false, signsFromMs: 1, leavesAtMs: nowMs };
  const present = { id: 'new', signs: true, signsFromMs: 2, leavesAtMs: null };
  expect(dueForKeys([present, left], lifetimeMs, nowMs - 1)).toEqual({ handOver: undefined, gone: [] });
  expect(dueForKeys([present, left], lifetimeMs, nowMs)).toEqual({ handOver: undefined, gone: ['old'] });
});
