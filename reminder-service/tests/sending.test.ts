import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { type ActiveFault, type SmtpFault, type SmtpSink, startSmtpSink } from '@jetbridge/testing/smtp-sink.ts';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { buildBookingEvent, nextVersion } from './booking-events.ts';
import { hourMs } from './sample-bookings.ts';
import { soon, startWorker, startWorld, type World } from './world.ts';

// Several waits one after the other, each of which a busy machine may draw out.
vi.setConfig({ testTimeout: 90_000 });

describeOnEachDatabase('sending over SMTP', (database) => {
  let world: World;
  let sink: SmtpSink;
  const faults: ActiveFault[] = [];
  beforeAll(async () => {
    sink = await startSmtpSink();
    world = await startWorld({
      ...database.settings(),
      SMTP_URL: sink.url,
      MAIL_FROM: 'Example Air <no-reply@air.example>',
    });
  });
  afterEach(() => {
    for (const fault of faults.splice(0)) fault.remove();
    sink.clear();
  });
  afterAll(async () => {
    await world.stop();
    await sink.stop();
  });

  /** Lasts until it is removed, at the latest at the end of the test: what is to be seen meanwhile does not pass by. */
  function addFault(fault: SmtpFault): ActiveFault {
    const active = sink.addFault(fault);
    faults.push(active);
    return active;
  }
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
    ['recipient', 550, 'address_refused', 'The mail server refused the address for good (550).'],
    ['message', 554, 'mail_refused', 'The mail server refused the mail for good (554).'],
  ] as const)('a %s refused for good fails at once and says what the server said', async (at, code, reason, said) => {
    const booking = build();
    const fault = addFault({ kind: 'refuse', code, at, to: booking.contact.email });
    world.bookings.publish('booking.created', booking);
    await soon(async () =>
      expect(await confirmationOf(booking)).toMatchObject({
        status: 'failed',
        reason,
        attempts: 1,
        lastError: said,
      }),
    );
    expect(fault.occurrences()).toBe(1);
    fault.remove();
  });

  test.each(['recipient', 'message'] as const)('a %s put off is tried again, later each time', async (stage) => {
    const booking = build();
    const fault = addFault({ kind: 'refuse', code: 451, at: stage, to: booking.contact.email });
    world.bookings.publish('booking.created', booking);
    await soon(async () =>
      expect(await confirmationOf(booking)).toMatchObject({
        status: 'scheduled',
        lastError: 'The mail server put the mail off (451).',
      }),
    );
    await soon(() => expect(fault.occurrences()).toBeGreaterThanOrEqual(2));
    fault.remove();
    await soon(async () => expect(await confirmationOf(booking)).toMatchObject({ status: 'sent' }));
    expect((await confirmationOf(booking)).attempts).toBe(fault.occurrences() + 1);
    expect(await confirmationOf(booking)).not.toHaveProperty('lastError');
    expect(mailsTo(booking.contact.email)).toHaveLength(1);
  });

  test('a mail whose reply was lost goes again with the same Message-ID', async () => {
    const booking = build();
    const fault = addFault({ kind: 'drop', when: 'before_reply', to: booking.contact.email, times: 1 });
    world.bookings.publish('booking.created', booking);
    await soon(async () => expect(await confirmationOf(booking)).toMatchObject({ status: 'sent', attempts: 2 }));
    const mails = mailsTo(booking.contact.email);
    expect(mails.map(({ replied }) => replied)).toEqual([false, true]);
    expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(1);
    fault.remove();
  });

  test('a connection lost after the reply doubles nothing', async () => {
    const booking = build();
    const fault = addFault({ kind: 'drop', when: 'after_reply', to: booking.contact.email, times: 1 });
    world.bookings.publish('booking.created', booking);
    await soon(async () => expect(await confirmationOf(booking)).toMatchObject({ status: 'sent', attempts: 1 }));
    expect(mailsTo(booking.contact.email)).toHaveLength(1);
    fault.remove();
  });

  test('while the mail server is away mails wait, and those not tried keep their attempts', async () => {
    await sink.stop();
    // Each look at them tries a few and lets the others rest, so that for many seconds there are some of both.
    const bookings = Array.from({ length: 40 }, build);
    for (const booking of bookings) world.bookings.publish('booking.created', booking);
    await soon(async () => {
      const rows = await world.query<{ status: string; attempts: number }>(
        "SELECT status, attempts FROM reminders WHERE kind = 'booking_confirmed' AND booking_id IN (?)",
        [bookings.map(({ id }) => id)],
      );
      expect(rows).toHaveLength(bookings.length);
      expect(rows.map(({ status }) => status)).not.toContain('failed');
      expect(Math.max(...rows.map(({ attempts }) => attempts))).toBeGreaterThan(0);
      expect(rows.filter(({ attempts }) => attempts === 0).length).toBeGreaterThan(0);
    });
    sink = await startSmtpSink({ port: sink.port });
    await soon(async () => {
      for (const booking of bookings) expect(await confirmationOf(booking)).toMatchObject({ status: 'sent' });
    });
    for (const booking of bookings) expect(mailsTo(booking.contact.email)).toHaveLength(1);
  });

  test('what was tried as often as is allowed fails, and shows the last error', async () => {
    const booking = build();
    const fault = addFault({ kind: 'refuse', code: 451, to: booking.contact.email });
    world.bookings.publish('booking.created', booking);
    await soon(() => expect(fault.occurrences()).toBeGreaterThan(0));
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
    const fault = addFault({ kind: 'refuse', code: 451, to: booking.contact.email });
    world.bookings.publish('booking.created', booking);
    await soon(() => expect(fault.occurrences()).toBeGreaterThan(0));
    world.bookings.publish('booking.cancelled', nextVersion(booking, { status: 'cancelled' }));
    await soon(async () =>
      expect(await confirmationOf(booking)).toMatchObject({ status: 'cancelled', reason: 'booking_cancelled' }),
    );
    fault.remove();
    expect(mailsTo(booking.contact.email)).toEqual([]);
  });

  test('several workers share the work and send each mail once', async () => {
    const delay = addFault({ kind: 'delay', delayMs: 20 });
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
    const confirmations = ids.filter((messageId) => messageId?.includes('.booking_confirmed@'));
    expect(confirmations.toSorted()).toEqual(
      bookings.map(({ id }) => `<${id}.booking_confirmed@air.example>`).toSorted(),
    );
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
    // Long enough that most still wait when the worker is stopped, however late that is noticed.
    const delay = addFault({ kind: 'delay', delayMs: 2_000 });
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
