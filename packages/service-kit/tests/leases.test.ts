import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createLease } from '../src/database/leases.ts';
import type { Database } from '../src/database/open-database.ts';
import { emptyTables, openKitDatabase } from './kit-database.ts';

describeOnEachDatabase('a lease', (kind) => {
  let database: Database;
  beforeAll(async () => {
    database = await openKitDatabase(kind, 'booking');
  });
  beforeEach(() => emptyTables(database));
  afterEach(() => vi.useRealTimers());
  afterAll(() => database?.close());

  const lease = (lengthMs: number) => createLease(database, { name: 'test', lengthMs });

  test('has one holder of many who ask at once', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => lease(10_000).hold()));
    expect(answers.filter(Boolean)).toHaveLength(1);
  });

  test('passes to another one when it was given back, and not before', async () => {
    const [one, two] = [lease(10_000), lease(10_000)];
    expect([await one.hold(), await two.hold(), await one.hold()]).toEqual([true, false, true]);
    await two.release();
    expect(await two.hold()).toBe(false);
    await one.release();
    expect([await two.hold(), await one.hold()]).toEqual([true, false]);
  });

  test('of a holder who never came back passes on at its end', async () => {
    const [dead, next] = [lease(2_000), lease(2_000)];
    expect([await dead.hold(), await next.hold()]).toEqual([true, false]);
    await eventually(async () => expect(await next.hold()).toBe(true));
    expect(await dead.hold()).toBe(false);
  });

  test("runs by the database's clock, whatever this process thinks the time is", async () => {
    const [one, two] = [lease(10_000), lease(10_000)];
    expect(await one.hold()).toBe(true);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
    expect(await two.hold()).toBe(false);
  });
});
