import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { type SmtpSink, startSmtpSink } from '@jetbridge/testing/smtp-sink.ts';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { buildBookingEvent, nextVersion } from './booking-events.ts';
import { hourMs } from './sample-bookings.ts';
import { soon, startWorker, startWorld, type World } from './world.ts';

describeOnEachDatabase('sending over SMTP', (database) => {
  let world: World;
  let sink: SmtpSink;
  beforeAll(async () => {
    sink = await startSmtpSink();
    world = await startWorld({
      ...database.settings(),
      SMTP_URL: sink.url,
      MAIL_FROM: 'Example Air <no-reply@air.example>',
    });
  });
  afterEach(() => sink.clear());
  afterAll(async () => {
    await world.stop();
    await sink.stop();
  });

  const build = () => buildBookingEvent({ madeAtMs: Date.now(), departsAtMs: Date.now() + 72 * hourMs });
  const mailsTo = (to: string) => sink.mails().filter(({ envelope }) => envelope.to.includes(to));
  const confirmationOf = (booking: { id: string }) => world.reminder(booking.id, 'booking_confirmed');

  test('a mail goes to its one recipient, from the sender of the settings', async () => {
    const booking = build();
    world.bookings.publish('booking.created', booking);
    await soon(async () => expect(await confirmationOf(booking)).toMatchObject({ status: 'sent', attempts: 1 }));
    const [mail, ...others] = mailsTo(booking.contact.email);
    expect(others).toEqual([]);
    expect(mail).toMatchObject({
      envelope: { from: 'no-reply@air.example', to: [booking.contact.email] },
      from: { name: 'Example Air', address: 'no-reply@air.example' },
      messageId: `<${booking.id}.booking_confirmed@air.example>`,
    });
    expect(mail?.html).toContain('Example Air');
  });

  test.each([
    ['recipient', 550],
    ['message', 554],
  ] as const)('a %s refused for good fails at once and says what the server said', async (stage, code) => {
    const booking = build();
    const fault = sink.addFault({ kind: 'refuse', code, at: stage, to: booking.contact.email });
    world.bookings.publish('booking.created', booking);
    await soon(async () =>
      expect(await confirmationOf(booking)).toMatchObject({
        status: 'failed',
        reason: 'mail_refused',
        attempts: 1,
        lastError: `The mail server refused the mail for good (${code}).`,
      }),
    );
    expect(fault.occurrences()).toBe(1);
    fault.remove();
  });

  test.each(['recipient', 'message'] as const)('a %s put off is tried again, later each time', async (stage) => {
    const booking = build();
    const fault = sink.addFault({ kind: 'refuse', code: 451, at: stage, to: booking.contact.email, times: 2 });
    world.bookings.publish('booking.created', booking);
    await soon(async () =>
      expect(await confirmationOf(booking)).toMatchObject({
        status: 'scheduled',
        lastError: 'The mail server put the mail off (451).',
      }),
    );
    await soon(async () => expect(await confirmationOf(booking)).toMatchObject({ status: 'sent', attempts: 3 }));
    expect(await confirmationOf(booking)).not.toHaveProperty('lastError');
    expect(mailsTo(booking.contact.email)).toHaveLength(1);
    fault.remove();
  });

  test('a mail whose reply was lost goes again with the same Message-ID', async () => {
    const booking = build();
    const fault = sink.addFault({ kind: 'drop', when: 'before_reply', to: booking.contact.email, times: 1 });
    world.bookings.publish('booking.created', booking);
    await soon(async () => expect(await confirmationOf(booking)).toMatchObject({ status: 'sent', attempts: 2 }));
    const mails = mailsTo(booking.contact.email);
    expect(mails.map(({ replied }) => replied)).toEqual([false, true]);
    expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(1);
    fault.remove();
  });

  test('a connection lost after the reply doubles nothing', async () => {
    const booking = build();
    const fault = sink.addFault({ kind: 'drop', when: 'after_reply', to: booking.contact.email, times: 1 });
    world.bookings.publish('booking.created', booking);
    await soon(async () => expect(await confirmationOf(booking)).toMatchObject({ status: 'sent', attempts: 1 }));
    expect(mailsTo(booking.contact.email)).toHaveLength(1);
    fault.remove();
  });

  test('while the mail server is away mails wait, and those not tried keep their attempts', async () => {
    await sink.stop();
    const bookings = Array.from({ length: 12 }, build);
    for (const booking of bookings) world.bookings.publish('booking.created', booking);
    const attempts = async () => {
      const reminders = await Promise.all(bookings.map(confirmationOf));
      expect(reminders.map(({ status }) => status)).not.toContain('failed');
      return reminders.map((reminder) => reminder.attempts);
    };
    await soon(async () => expect(Math.max(...(await attempts()))).toBeGreaterThan(0));
    expect((await attempts()).filter((count) => count === 0).length).toBeGreaterThan(0);
    sink = await startSmtpSink({ port: sink.port });
    await soon(async () => {
      for (const booking of bookings) expect(await confirmationOf(booking)).toMatchObject({ status: 'sent' });
    });
    for (const booking of bookings) expect(mailsTo(booking.contact.email)).toHaveLength(1);
  });

  test('what was tried as often as is allowed fails, and shows the last error', async () => {
    const booking = build();
    const fault = sink.addFault({ kind: 'refuse', code: 451, to: booking.contact.email });
    world.bookings.publish('booking.created', booking);
    await soon(async () => expect(await confirmationOf(booking)).toMatchObject({ status: 'scheduled', attempts: 1 }));
    await world.execute("UPDATE reminders SET attempts = 59 WHERE booking_id = ? AND kind = 'booking_confirmed'", [
      booking.id,
    ]);
    await soon(async () =>
      expect(await confirmationOf(booking)).toMatchObject({
        status: 'failed',
        reason: 'too_many_attempts',
        attempts: 60,
        lastError: 'The mail server put the mail off (451).',
      }),
    );
    fault.remove();
  });

  test('a booking that is cancelled while its mail is put off gets none', async () => {
    const booking = build();
    const fault = sink.addFault({ kind: 'refuse', code: 451, to: booking.contact.email, times: 3 });
    world.bookings.publish('booking.created', booking);
    await soon(async () => expect(await confirmationOf(booking)).toMatchObject({ attempts: 1 }));
    world.bookings.publish('booking.cancelled', nextVersion(booking, { status: 'cancelled' }));
    await soon(async () =>
      expect(await confirmationOf(booking)).toMatchObject({ status: 'cancelled', reason: 'booking_cancelled' }),
    );
    await soon(() => expect(fault.occurrences()).toBeLessThan(3));
    expect(mailsTo(booking.contact.email)).toEqual([]);
    fault.remove();
  });

  test('several workers share the work and send each mail once', async () => {
    const delay = sink.addFault({ kind: 'delay', delayMs: 20 });
    const workers = await Promise.all([startWorker(world.settings), startWorker(world.settings)]);
    const bookings = Array.from({ length: 120 }, build);
    for (const booking of bookings) world.bookings.publish('booking.created', booking);
    const unsent =
      "SELECT COUNT(*) AS count FROM reminders WHERE kind = 'booking_confirmed' AND status IN ('scheduled', 'sending')";
    await soon(async () => {
      expect(sink.mails().length).toBeGreaterThanOrEqual(bookings.length);
      expect((await world.query<{ count: number }>(unsent))[0]?.count).toBe(0);
    });
    await Promise.all(workers.map((worker) => worker.stop()));
    const ids = sink.mails().map(({ messageId }) => messageId);
    expect(ids.toSorted()).toEqual(bookings.map(({ id }) => `<${id}.booking_confirmed@air.example>`).toSorted());
    const attempts = await Promise.all(bookings.map(confirmationOf));
    expect(new Set(attempts.map((reminder) => reminder.attempts))).toEqual(new Set([1]));
    delay.remove();
  });

  test('a worker that is told to stop finishes its mails and gives the rest back', async () => {
    const nowMs = await world.nowMs();
    // Long after the flights of the other tests have left, so that only these reminders fall due.
    const departsAtMs = Math.ceil((nowMs + 30 * 24 * hourMs) / 60_000) * 60_000;
    const bookings = Array.from({ length: 30 }, () => buildBookingEvent({ madeAtMs: nowMs, departsAtMs }));
    for (const booking of bookings) world.bookings.publish('booking.created', booking);
    await soon(() => expect(sink.mails()).toHaveLength(bookings.length));
    sink.clear();
    const delay = sink.addFault({ kind: 'delay', delayMs: 400 });
    await world.moveTo(departsAtMs - 24 * hourMs);
    await soon(() => expect(sink.mails().length).toBeGreaterThan(0));
    await world.restart(async () => {
      const rows = await world.query<{ status: string; attempts: number }>(
        "SELECT status, attempts FROM reminders WHERE kind = 'departure_24h' AND booking_id IN (?)",
        [bookings.map(({ id }) => id)],
      );
      const { sent = [], scheduled = [], ...others } = Object.groupBy(rows, ({ status }) => status);
      expect(others).toEqual({});
      expect(sent).toHaveLength(sink.mails().length);
      expect(scheduled.length).toBeGreaterThan(bookings.length / 2);
      expect(new Set(scheduled.map(({ attempts }) => attempts))).toEqual(new Set([0]));
      delay.remove();
    });
    await soon(() => expect(sink.mails()).toHaveLength(bookings.length));
    expect(new Set(sink.mails().map(({ messageId }) => messageId)).size).toBe(bookings.length);
  });
});
