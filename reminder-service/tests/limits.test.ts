import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { type SmtpSink, startSmtpSink } from '@jetbridge/testing/smtp-sink.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { awayFromTheHour } from './away-from-the-hour.ts';
import { buildBookingEvent } from './booking-events.ts';
import { hourMs } from './sample-bookings.ts';
import { soon, startWorker, startWorld, type World } from './world.ts';

const perSecond = 10;
const perRecipientPerHour = 3;

describeOnEachDatabase('limits of sending', (database) => {
  let world: World;
  let other: Awaited<ReturnType<typeof startWorker>>;
  let sink: SmtpSink;
  beforeAll(async () => {
    sink = await startSmtpSink();
    world = await startWorld({
      ...database.settings(),
      SMTP_URL: sink.url,
      MAILS_PER_SECOND: String(perSecond),
      MAILS_PER_RECIPIENT_PER_HOUR: String(perRecipientPerHour),
    });
    other = await startWorker(world.settings);
  });
  afterAll(async () => {
    await other.stop();
    await world.stop();
    await sink.stop();
  });

  const build = (overrides: Parameters<typeof buildBookingEvent>[1] = {}) =>
    buildBookingEvent({ madeAtMs: Date.now(), departsAtMs: Date.now() + 72 * hourMs }, overrides);

  test('two workers together send no more mails a second than they may', async () => {
    const bookings = Array.from({ length: 40 }, () => build());
    for (const booking of bookings) world.bookings.publish('booking.created', booking);
    await soon(() => expect(sink.mails()).toHaveLength(bookings.length));
    const times = sink.mails().map(({ receivedAtMs }) => receivedAtMs);
    // Without a limit they take a tenth of that. A slow machine may see the first one late.
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(((bookings.length - 10) / perSecond) * 1_000);
    expect(new Set(sink.mails().map(({ messageId }) => messageId)).size).toBe(bookings.length);
  });

  test('mails that were not tried because the server was away do not count for their addresses', async () => {
    const bookings = Array.from({ length: 20 }, () => build());
    const away = sink.addFault({ kind: 'refuse', code: 421, at: 'recipient' });
    for (const booking of bookings) world.bookings.publish('booking.created', booking);
    // Five at once: most are given back each time.
    await soon(() => expect(away.occurrences()).toBeGreaterThanOrEqual(30));
    const [row] = await world.query<{ most: number }>(
      'SELECT MAX(mails) AS most FROM recipient_hours WHERE recipient IN (?)',
      [bookings.map(({ contact }) => contact.email)],
    );
    expect(Number(row?.most)).toBe(1);
    away.remove();
    await soon(async () => {
      const found = await Promise.all(bookings.map(({ id }) => world.reminder(id, 'booking_confirmed')));
      expect(new Set(found.map(({ status }) => status))).toEqual(new Set(['sent']));
    });
  });

  test('an address gets no more mails an hour than it may; the others wait, and others get theirs', async () => {
    await awayFromTheHour();
    const contact = { email: `agency.${database.kind}@example.com` };
    const bookings = Array.from({ length: 6 }, () => build({ contact }));
    const witness = build();
    for (const booking of [...bookings, witness]) world.bookings.publish('booking.created', booking);
    const confirmations = () => Promise.all(bookings.map((booking) => world.reminder(booking.id, 'booking_confirmed')));
    await soon(async () => {
      const standings = (await confirmations()).map(({ status, reason, attempts }) => ({ status, reason, attempts }));
      expect(standings.toSorted((one, two) => (one.status < two.status ? 1 : -1))).toEqual([
        ...Array(3).fill({ status: 'sent', reason: undefined, attempts: 1 }),
        ...Array(3).fill({ status: 'scheduled', reason: 'recipient_limit', attempts: 0 }),
      ]);
    });
    await soon(async () => expect((await world.reminder(witness.id, 'booking_confirmed')).status).toBe('sent'));
    const [row] = await world.query<{ wait_ms: number }>(
      "SELECT MIN(attempt_at_ms) - ? AS wait_ms FROM reminders WHERE reason = 'recipient_limit'",
      [await world.nowMs()],
    );
    expect(Number(row?.wait_ms)).toBeGreaterThan(0);
    expect(Number(row?.wait_ms)).toBeLessThanOrEqual(hourMs);

    // As if the hour were over.
    await world.execute('UPDATE recipient_hours SET hour_start_ms = hour_start_ms - ?', [hourMs]);
    await world.execute("UPDATE reminders SET attempt_at_ms = due_at_ms WHERE reason = 'recipient_limit'");
    await soon(async () => {
      expect((await confirmations()).map(({ status }) => status)).toEqual(Array(6).fill('sent'));
    });
    expect(sink.mails().filter(({ envelope }) => envelope.to.includes(contact.email))).toHaveLength(6);
  });
});
