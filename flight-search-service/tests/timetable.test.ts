import { migrate } from '@jetbridge/service-kit/database/migrate.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { createLogger } from '@jetbridge/service-kit/log/logger.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { QueryTypes } from 'sequelize';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCatalogue } from '../src/db/catalogue.ts';
import { createFlights } from '../src/db/flights.ts';
import { createTimetableProgress } from '../src/db/timetable.ts';
import { migrations } from '../src/service.ts';
import { extendTimetable } from '../src/use-cases/extend-timetable.ts';
import { seedCatalogue } from '../src/use-cases/seed-catalogue.ts';
import { openOwnDatabase } from './flight-world.ts';

const dayMs = 86_400_000;
const firstDayMs = Date.parse('2026-11-21T12:00:00Z');

describeOnEachDatabase('the rolling timetable', (database) => {
  let own: Database;
  const log = createLogger({ service: 'test', level: 'fatal' });

  beforeAll(async () => {
    own = await openOwnDatabase(database.settings());
    await migrate(own, migrations, log);
    await seedCatalogue(own, createCatalogue(own));
    await extendAt(firstDayMs);
  }, 120_000);
  afterAll(() => own.close());

  /** What a process does at its start, and every ten minutes, when business time is this. */
  const extendAt = (nowMs: number) =>
    extendTimetable({
      database: own,
      flights: createFlights(own),
      catalogue: createCatalogue(own),
      progress: createTimetableProgress(own),
      clock: { nowMs: () => nowMs },
      log,
    });
  const count = async (where = '1 = 1') => {
    const [row] = await own.sequelize.query<{ count: number }>(`SELECT COUNT(*) AS count FROM flights WHERE ${where}`, {
      type: QueryTypes.SELECT,
    });
    return Number(row?.count);
  };

  test('it reaches 120 days ahead with at most 100,000 flights, JFK and LHR both ways every day among them', async () => {
    expect(await count()).toBeLessThanOrEqual(100_000);
    for (const day of [0, 1, 60, 118]) {
      const localDate = new Date(firstDayMs + day * dayMs).toISOString().slice(0, 10);
      for (const [from, to] of [
        ['JFK', 'LHR'],
        ['LHR', 'JFK'],
      ]) {
        const where = `origin_code = '${from}' AND destination_code = '${to}' AND local_date = '${localDate}'`;
        expect(await count(where), `${from} ${to} ${localDate}`).toBeGreaterThan(0);
      }
    }
  });

  test('a second start adds nothing, nor do two at once', async () => {
    const before = await count();
    await extendAt(firstDayMs);
    await Promise.all([extendAt(firstDayMs), extendAt(firstDayMs)]);
    expect(await count()).toBe(before);
  });

  test('a clock that jumps a month ahead extends it by that month, once', async () => {
    const before = await count();
    const monthLaterMs = firstDayMs + 30 * dayMs;
    await Promise.all([extendAt(monthLaterMs), extendAt(monthLaterMs)]);
    const after = await count();
    expect(after).toBeGreaterThan(before);
    const lastDay = new Date(monthLaterMs + 118 * dayMs).toISOString().slice(0, 10);
    expect(await count(`local_date = '${lastDay}'`)).toBeGreaterThan(0);
    const [doubled] = await own.sequelize.query(
      'SELECT schedule_key FROM flights GROUP BY schedule_key HAVING COUNT(*) > 1',
      {
        type: QueryTypes.SELECT,
      },
    );
    expect(doubled).toBeUndefined();
    await extendAt(monthLaterMs);
    expect(await count()).toBe(after);
  });
});
