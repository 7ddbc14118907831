import type { TestUser } from '@jetbridge/testing/access-tokens.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { type ActiveFault, type SmtpFault, type SmtpSink, startSmtpSink } from '@jetbridge/testing/smtp-sink.ts';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { buildBookingEvent, nextVersion } from './booking-events.ts';
import { hourMs } from './sample-bookings.ts';
import { soon, startWorld, type World } from './world.ts';

describeOnEachDatabase('mails that did not go out', (database) => {
  let world: World;
  let sink: SmtpSink;
  let admin: TestUser;
  let support: TestUser;
  const faults: ActiveFault[] = [];
  beforeAll(async () => {
    sink = await startSmtpSink();
    world = await startWorld({ ...database.settings(), SMTP_URL: sink.url });
    admin = world.tokens.admin();
    support = world.tokens.support();
  });
  afterEach(() => {
    for (const fault of faults.splice(0)) fault.remove();
  });
  afterAll(async () => {
    await world.stop();
    await sink.stop();
  });

  const build = () => buildBookingEvent({ madeAtMs: Date.now(), departsAtMs: Date.now() + 72 * hourMs });
  const mailsTo = (to: string) => sink.mails().filter(({ envelope }) => envelope.to.includes(to));
  const retry = (id: string, user = admin) => world.call(`POST /reminders/${id}/retry`, { token: user.token });
  function addFault(fault: SmtpFault): ActiveFault {
    const active = sink.addFault(fault);
    faults.push(active);
    return active;
  }
  const rowsOf = async (bookingId: string) =>
    (await world.reminders(bookingId)).map(({ kind, status, reason, to }) => [kind, status, reason, to]);

  /** A booking whose confirmation the mail server refused in this way. */
  async function bookRefused(fault: Omit<Extract<SmtpFault, { kind: 'refuse' }>, 'kind' | 'to'>) {
    const booking = build();
    const active = addFault({ kind: 'refuse', ...fault, to: booking.contact.email });
    world.bookings.publish('booking.created', booking);
    const confirmation = await soon(async () => {
      const reminder = await world.reminder(booking.id, 'booking_confirmed');
      expect(reminder.status).toBe('failed');
      return reminder;
    });
    return { booking, confirmation, fault: active };
  }

  describe('because the address was refused for good', () => {
    test('take the other mails of the booking with them at once, and those of no other booking', async () => {
      const { booking, fault } = await bookRefused({ code: 550, at: 'recipient' });
      const { email } = booking.contact;
      expect(await rowsOf(booking.id)).toEqual([
        ['booking_confirmed', 'failed', 'address_refused', email],
        ['departure_24h', 'skipped', 'address_refused', email],
        ['departure_2h', 'skipped', 'address_refused', email],
      ]);
      // News that change neither address nor flights try nothing again.
      world.bookings.publish('booking.changed', nextVersion(booking, { total: { amount: 1, currency: 'USD' } }));
      fault.remove();
      const other = { ...build(), contact: booking.contact };
      world.bookings.publish('booking.created', other);
      await soon(async () =>
        expect((await rowsOf(other.id))[0]).toEqual(['booking_confirmed', 'sent', undefined, email]),
      );
      expect(mailsTo(email)).toHaveLength(1);
      expect((await rowsOf(booking.id)).map(([, , reason]) => reason)).toEqual(Array(3).fill('address_refused'));
    });

    test('go to another contact address as soon as there is one', async () => {
      const { booking } = await bookRefused({ code: 550, at: 'recipient' });
      const email = `new.${booking.contact.email}`;
      world.bookings.publish('booking.changed', nextVersion(booking, { contact: { email } }));
      await soon(async () =>
        expect(await rowsOf(booking.id)).toEqual([
          ['booking_confirmed', 'sent', undefined, email],
          ['departure_24h', 'scheduled', undefined, email],
          ['departure_2h', 'scheduled', undefined, email],
        ]),
      );
      expect(mailsTo(email)).toHaveLength(1);
      expect(mailsTo(booking.contact.email)).toEqual([]);
    });

    test('are tried again when somebody of the staff asks for it, at the same address', async () => {
      const { booking, confirmation, fault } = await bookRefused({ code: 553, at: 'recipient' });
      fault.remove();
      const { status, body } = await retry(confirmation.id);
      expect([status, body.status, body.reason, body.attempts]).toEqual([200, 'scheduled', 'retry_requested', 0]);
      await soon(async () =>
        expect((await rowsOf(booking.id)).map(([, standing, reason]) => [standing, reason])).toEqual([
          ['sent', undefined],
          ['scheduled', undefined],
          ['scheduled', undefined],
        ]),
      );
    });
  });

  test.each([
    ['their content', { code: 554, at: 'message' }],
    ['a policy', { code: 554, at: 'recipient', reply: '5.7.1 Relay access denied' }],
  ] as const)('because of %s leave the address alone', async (_, fault) => {
    const { booking } = await bookRefused(fault);
    expect((await rowsOf(booking.id)).map(([, status, reason]) => [status, reason])).toEqual([
      ['failed', 'mail_refused'],
      ['scheduled', undefined],
      ['scheduled', undefined],
    ]);
  });

  describe('POST /reminders/:id/retry', () => {
    test('is told of in the audit log, with who did it', async () => {
      const { confirmation } = await bookRefused({ code: 554, at: 'message' });
      expect((await retry(confirmation.id)).status).toBe(200);
      const told = await world.query<{ envelope: string }>("SELECT envelope FROM outbox WHERE type = 'audit.recorded'");
      const deeds = told.map(({ envelope }) => JSON.parse(envelope).data);
      expect(deeds.filter(({ target }) => target === confirmation.id)).toEqual([
        expect.objectContaining({
          service: 'reminder-service',
          actor: admin.userId,
          action: 'reminder.retried',
          targetType: 'reminder',
          before: { status: 'failed', reason: 'mail_refused' },
          after: { status: 'scheduled' },
        }),
      ]);
    });

    test('says of a mail that was sent, is planned or cancelled why it is not tried again, and changes nothing', async () => {
      const booking = build();
      world.bookings.publish('booking.created', booking);
      const [confirmed, first] = await soon(async () => {
        const reminders = await world.reminders(booking.id);
        expect(reminders[0]?.status).toBe('sent');
        return reminders;
      });
      const codeOf = async (id = '') => {
        const { status, body } = await retry(id);
        return [status, body.code];
      };
      expect(await codeOf(confirmed?.id)).toEqual([409, 'already_sent']);
      expect(await codeOf(first?.id)).toEqual([409, 'reminder_not_failed']);
      world.bookings.publish('booking.cancelled', nextVersion(booking, { status: 'cancelled' }));
      await soon(async () => expect(await codeOf(first?.id)).toEqual([409, 'booking_cancelled']));
      const asBefore = (await rowsOf(booking.id)).filter(([kind]) => kind !== 'booking_cancelled');
      expect(asBefore.map(([, status]) => status)).toEqual(['sent', 'cancelled', 'cancelled']);
    });

    test('asks whether the booking was cancelled meanwhile, of which no news came yet', async () => {
      const { booking, confirmation } = await bookRefused({ code: 554, at: 'message' });
      const { id, userId } = booking;
      world.bookings.answer(id, { id, userId, status: 'cancelled', version: 2, segments: [] });
      const { status, body } = await retry(confirmation.id);
      expect([status, body.code]).toEqual([409, 'booking_cancelled']);
    });

    test('is for staff who may write: 401, 403, then 404', async () => {
      const { confirmation } = await bookRefused({ code: 554, at: 'message' });
      const path = `POST /reminders/${confirmation.id}/retry` as const;
      expect((await world.call(path)).status).toBe(401);
      for (const user of [support, world.tokens.user()]) expect((await retry(confirmation.id, user)).status).toBe(403);
      const unknown = await retry('rem_nothing');
      expect([unknown.status, unknown.body.code]).toEqual([404, 'reminder_not_found']);
      expect((await world.call(path, { token: admin.token, body: { now: true } })).status).toBe(422);
      expect((await world.call(`${path}?now=1`, { token: admin.token })).status).toBe(422);
    });

    test('by two at once plans one mail', async () => {
      const { booking, confirmation, fault } = await bookRefused({ code: 554, at: 'message' });
      fault.remove();
      const answers = await Promise.all([retry(confirmation.id), retry(confirmation.id), retry(confirmation.id)]);
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      for (const { status, body } of answers.filter((answer) => answer.status !== 200)) {
        expect(status).toBe(409);
        expect(['reminder_not_failed', 'already_sent']).toContain(body.code);
      }
      await soon(async () => expect((await rowsOf(booking.id))[0]?.[1]).toBe('sent'));
      expect(mailsTo(booking.contact.email)).toHaveLength(1);
    });

    test('after departure says so', async () => {
      const { booking, confirmation } = await bookRefused({ code: 554, at: 'message' });
      await world.moveTo(Date.parse(booking.segments[0]?.departureTime ?? ''));
      const { status, body } = await retry(confirmation.id);
      expect([status, body.code]).toEqual([409, 'departed']);
    });
  });
});
