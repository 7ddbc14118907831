import { expect, test } from 'vitest';
import { createFlightIds } from './flight-ids.ts';

test('ids are found by slot and the other way round, after thousands were added and every third was removed', () => {
  const ids = createFlightIds(8);
  const idAt = (slot: number) => `flt_${(slot * 7_919).toString(36)}`;
  for (let slot = 0; slot < 5_000; slot++) {
    if (slot % 1_000 === 0) ids.reserve(slot + 1_000);
    ids.add(slot, idAt(slot));
  }
  for (let slot = 0; slot < 5_000; slot += 3) ids.remove(slot);
  for (let slot = 0; slot < 5_000; slot++) {
    expect(ids.find(idAt(slot))).toBe(slot % 3 === 0 ? undefined : slot);
    expect(ids.idOf(slot)).toBe(slot % 3 === 0 ? '' : idAt(slot));
  }
  expect(ids.count()).toBe(3_333);
});

test('a text that begins or goes on like an id is none', () => {
  const ids = createFlightIds(8);
  ids.add(0, 'flt_1');
  for (const text of ['flt_', 'flt_11', 'flt_ı', 'ĦŬŴşı', '']) expect(ids.find(text), text).toBeUndefined();
});

test('ids are ordered as texts are', () => {
  const ids = createFlightIds(8);
  for (const [slot, id] of ['flt_b', 'flt_a', 'flt_ab'].entries()) ids.add(slot, id);
  expect([0, 1, 2].toSorted(ids.compare)).toEqual([1, 2, 0]);
});

test.for(['', 'flt with space', 'x'.repeat(41), 'Zürich'])('"%s" can not be the id of a flight', (id) => {
  expect(() => createFlightIds(8).add(0, id)).toThrow("can't be the id");
});
