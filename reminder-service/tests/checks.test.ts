import { createLogger } from '@jetbridge/service-kit/log/logger.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { testInternalSecret } from '@jetbridge/testing/service.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { openReminderChecks } from '../src/open-checks.ts';
import { buildBookingEvent } from './booking-events.ts';
import { hourMs } from './sample-bookings.ts';
import { startWorld, type World } from './world.ts';

describeOnEachDatabase('reminders that are not those of their bookings', (database) => {
  let world: World;
  let checks: Awaited<ReturnType<typeof openReminderChecks>>;
  beforeAll(async () => {
    world = await startWorld(database.settings());
    const settings = { ...world.settings, INTERNAL_SECRET: testInternalSecret };
    const log = createLogger({ service: 'test', level: 'fatal' });
    checks = await openReminderChecks(loadConfig(settings).profile.database, settings, log);
  });
  afterAll(async () => {
    await checks?.close();
    await world?.stop();
  });

  async function book() {
    const madeAtMs = await world.nowMs();
    const booking = buildBookingEvent({ madeAtMs, departsAtMs: madeAtMs + 72 * hourMs });
    world.bookings.publish('booking.confirmed', booking);
    await eventually(async () => {
      expect(await world.reminders(booking.id)).toHaveLength(3);
      expect((await world.reminder(booking.id, 'booking_confirmed')).status).toBe('sent');
    });
    return booking;
  }

  test('are found and repaired, and what was sent is not sent again', async () => {
    const booking = await book();
    expect((await checks.checkReminders({ fix: false })).findings).toEqual([]);

    await world.execute("DELETE FROM reminders WHERE booking_id = ? AND kind = 'departure_24h'", [booking.id]);
    await world.execute(
      "UPDATE reminders SET status = 'cancelled', reason = 'booking_cancelled' WHERE booking_id = ? AND kind = 'departure_2h'",
      [booking.id],
    );
    const found = [
      { bookingId: booking.id, kind: 'departure_24h', difference: 'is missing' },
      { bookingId: booking.id, kind: 'departure_2h', difference: 'is to be sent after all' },
    ];
    expect((await checks.checkReminders({ fix: false })).findings).toMatchObject(found);
    expect(await world.reminders(booking.id)).toHaveLength(2);

    expect((await checks.checkReminders({ fix: true })).findings).toMatchObject(
      found.map((one) => ({ ...one, outcome: 'repaired' })),
    );
    expect((await world.reminders(booking.id)).map(({ kind, status }) => [kind, status])).toEqual([
      ['booking_confirmed', 'sent'],
      ['departure_24h', 'scheduled'],
      ['departure_2h', 'scheduled'],
    ]);
    expect((await checks.checkReminders({ fix: false })).findings).toEqual([]);
    expect(await world.subjects(booking.contact.email)).toHaveLength(1);
  });

  test('are cancelled where the booking is, for all its flights', async () => {
    const booking = await book();
    await world.execute('UPDATE bookings SET document = REPLACE(document, ?, ?) WHERE id = ?', [
      '"status":"confirmed"',
      '"status":"cancelled"',
      booking.id,
    ]);
    const { findings } = await checks.checkReminders({ fix: true });
    expect(findings).toMatchObject([
      { kind: 'booking_cancelled', difference: 'is missing' },
      { difference: 'is to be cancelled' },
      { difference: 'is to be cancelled' },
    ]);
    const departures = (await world.reminders(booking.id)).filter(({ kind }) => kind.startsWith('departure_'));
    expect(departures.map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
  });
});
