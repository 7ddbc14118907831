import { migrate } from '@jetbridge/service-kit/database/migrate.ts';
import { openDatabase } from '@jetbridge/service-kit/database/open-database.ts';
import { createLogger } from '@jetbridge/service-kit/log/logger.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { testInternalSecret } from '@jetbridge/testing/service.ts';
import { QueryTypes } from 'sequelize';
import { expect, test } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { createReminders } from '../src/db/reminders.ts';
import { createSendBlocks } from '../src/db/send-blocks.ts';
import { createSendLimiter } from '../src/db/send-limits.ts';
import { purgeReminders } from '../src/use-cases/purge-reminders.ts';

const dayMs = 86_400_000;
const nowMs = Date.parse('2026-12-25T12:00:00Z');
const log = createLogger({ service: 'test', level: 'fatal' });

describeOnEachDatabase('reminders that ended', (database) => {
  test('go after their days; what is younger, or still to be sent, stays', async () => {
    const { profile, reminderDays } = loadConfig({ ...database.settings(), INTERNAL_SECRET: testInternalSecret });
    expect(reminderDays).toBe(365);
    const own = await openDatabase(profile.database, log);
    await migrate(own, new URL('../migrations/', import.meta.url), log);
    const reminders = createReminders(own);
    const blocks = createSendBlocks(own);
    const limiter = createSendLimiter(own, { perSecond: 0, perRecipientPerHour: 10 });
    const insert = (id: string, status: string, ageDays: number) =>
      own.sequelize.query(
        `INSERT INTO reminders (id, booking_id, booking_reference, kind, flight_id, departs_at_ms, recipient, due_at_ms,
           send_until_ms, attempt_at_ms, status, attempts, sent_at_ms)
         VALUES (?, ?, 'K7QX2M', 'departure_24h', 'flt_1', 0, 'ada@example.com', ?, 0, 0, ?, 1, 1)`,
        { replacements: [id, `bkg_${id}`, nowMs - ageDays * dayMs, status] },
      );
    await insert('old-sent', 'sent', 366);
    await insert('old-cancelled', 'cancelled', 400);
    await insert('old-scheduled', 'scheduled', 400);
    await insert('young-sent', 'sent', 364);

    for (const [booking, ageDays] of [
      ['bkg_old', 366],
      ['bkg_young', 364],
    ] as const) {
      await own.write((tx) => blocks.refuseAddress(booking, 'ada@example.com', nowMs - ageDays * dayMs, tx));
    }
    await own.write((tx) => limiter.countRecipient('ada@example.com', tx));
    await own.sequelize.query("INSERT INTO recipient_hours (hour_start_ms, recipient, mails) VALUES (1, 'x', 1)");

    const clock = { nowMs: () => nowMs };
    const purge = () => purgeReminders({ database: own, reminders, blocks, limiter, clock, keptDays: 365 });
    expect(await purge()).toBe(4);
    expect(await purge()).toBe(0);
    const left = await reminders.list({ limit: 10 });
    expect(left.map(({ id }) => id)).toEqual(['old-scheduled', 'young-sent']);
    const select = async (column: string, table: string) =>
      (
        await own.sequelize.query<{ value: string }>(`SELECT ${column} AS value FROM ${table}`, {
          type: QueryTypes.SELECT,
        })
      ).map(({ value }) => value);
    expect(await select('booking_id', 'refused_addresses')).toEqual(['bkg_young']);
    expect(await select('recipient', 'recipient_hours')).toEqual(['ada@example.com']);
    await own.close();
  });
});
