import { expect, test } from 'vitest';
import { asOf, emptyReport, type ImportRecord } from './schedule-import.ts';

const running: ImportRecord = {
  id: 'imp_1',
  status: 'running',
  createdAtMs: 0,
  progressAtMs: 60_000,
  report: { ...emptyReport, rows: 5_000, created: 5_000 },
};

test('an import of which nothing is heard for two minutes has failed, with what it did until then', () => {
  expect(asOf(running, 180_000)).toBe(running);
  expect(asOf(running, 180_001)).toMatchObject({
    status: 'failed',
    report: { created: 5_000, failure: expect.stringMatching(/Send it again/) },
  });
});

test('one that has ended stays as it is', () => {
  const done = { ...running, status: 'succeeded' } as const;
  expect(asOf(done, 10_000_000)).toBe(done);
});
