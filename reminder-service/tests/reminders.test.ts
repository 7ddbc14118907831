import { toInstant } from '@jetbridge/service-kit/time/instants.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildBookingEvent, buildSegment, nextVersion } from './booking-events.ts';
import { currentOf } from './booking-stand-in.ts';
import { hourMs } from './sample-bookings.ts';
import { soon, startWorld, type World } from './world.ts';

const dayMs = 24 * hourMs;
const confirmation = 'Booking K7QX2M is confirmed: New York to London';

describeOnEachDatabase('reminders of a booking', (database) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(database.settings());
  });
  afterAll(() => world.stop());

  /** A booking made now whose flight leaves so long after; the service knows of it. */
  async function book(leavesInMs: number, overrides = {}) {
    const madeAtMs = await world.nowMs();
    const departsAtMs = Math.ceil((madeAtMs + leavesInMs) / 60_000) * 60_000;
    const booking = buildBookingEvent({ madeAtMs, departsAtMs }, overrides);
    world.bookings.publish('booking.created', booking);
    world.bookings.publish('booking.confirmed', booking);
    await soon(async () => expect(await world.reminders(booking.id)).toHaveLength(3));
    return { ...booking, departsAtMs, to: booking.contact.email };
  }

  const standingOf = async (bookingId: string) =>
    Object.fromEntries(
      (await world.reminders(bookingId)).map(({ kind, status, reason }) => [
        kind,
        reason ? `${status}: ${reason}` : status,
      ]),
    );

  test('a confirmed booking is confirmed by mail at once, and its reminders are scheduled to the minute', async () => {
    const booking = await book(3 * dayMs);
    await soon(async () => expect(await world.subjects(booking.to)).toHaveLength(1));
    const { body } = await world.call(`GET /sandbox/mails?to=${booking.to}`);
    expect(body.data[0]).toMatchObject({
      id: expect.stringMatching(/^mail_/),
      to: booking.to,
      subject: expect.stringContaining(confirmation),
      text: expect.stringContaining('Ada Lovelace'),
      html: expect.stringContaining('<!DOCTYPE html>'),
      messageId: `<${booking.id}.booking_confirmed@jetbridge.example>`,
      attachments: [{ filename: 'K7QX2M.ics', contentType: 'text/calendar', size: expect.any(Number) }],
    });
    expect((await world.call(`GET /sandbox/mails/${body.data[0].id}`)).body).toEqual(body.data[0]);
    const [confirmed, first, second] = await soon(async () => {
      const reminders = await world.reminders(booking.id);
      expect(reminders[0]?.status).toBe('sent');
      return reminders;
    });
    expect(confirmed).toMatchObject({
      kind: 'booking_confirmed',
      attempts: 1,
      to: booking.to,
      bookingReference: 'K7QX2M',
    });
    expect(confirmed).not.toHaveProperty('flightId');
    expect(first).toEqual({
      id: expect.stringMatching(/^rem_/),
      bookingId: booking.id,
      bookingReference: 'K7QX2M',
      flightId: booking.segments[0]?.flightId,
      kind: 'departure_24h',
      to: booking.to,
      dueAt: toInstant(booking.departsAtMs - 24 * hourMs),
      status: 'scheduled',
      attempts: 0,
      sentAt: null,
    });
    expect(second).toMatchObject({ kind: 'departure_2h', dueAt: toInstant(booking.departsAtMs - 2 * hourMs) });
  });

  test('each goes out when the clock reaches its time, once, and not before', async () => {
    const booking = await book(2 * dayMs);
    await soon(async () => expect(await world.subjects(booking.to)).toHaveLength(1));
    await world.moveTo(booking.departsAtMs - 24 * hourMs - 4_000);
    expect(await standingOf(booking.id)).toMatchObject({ departure_24h: 'scheduled' });
    const reached = await soon(async () => {
      const reminder = await world.reminder(booking.id, 'departure_24h');
      expect(reminder.status).toBe('sent');
      return reminder;
    });
    expect(Date.parse(reached.sentAt ?? '')).toBeGreaterThanOrEqual(booking.departsAtMs - 24 * hourMs);
    expect(Date.parse(reached.sentAt ?? '')).toBeLessThan(booking.departsAtMs - 24 * hourMs + 60_000);
    await world.moveTo(booking.departsAtMs - 2 * hourMs);
    await soon(async () => expect(await standingOf(booking.id)).toMatchObject({ departure_2h: 'sent' }));
    await world.moveTo(booking.departsAtMs + dayMs);
    expect(await world.subjects(booking.to)).toEqual([
      expect.stringContaining(confirmation),
      expect.stringMatching(/^BA178 to London leaves /),
      expect.stringMatching(/^Leaving soon: BA178 to London at /),
    ]);
  });

  test('a booking made inside a window skips it and says why', async () => {
    const booking = await book(5 * hourMs);
    await soon(async () =>
      expect(await standingOf(booking.id)).toEqual({
        booking_confirmed: 'sent',
        departure_24h: 'skipped: booked_after_due',
        departure_2h: 'scheduled',
      }),
    );
    expect(await world.subjects(booking.to)).toHaveLength(1);
  });

  test('a booking made in time whose news come late is caught up', async () => {
    const nowMs = await world.nowMs();
    const departsAtMs = Math.ceil((nowMs + 23 * hourMs) / 60_000) * 60_000;
    const booking = buildBookingEvent({ madeAtMs: nowMs - 10 * dayMs, departsAtMs });
    world.bookings.publish('booking.created', booking);
    await soon(async () => expect(await standingOf(booking.id)).toMatchObject({ departure_24h: 'sent: sent_late' }));
  });

  test('what the clock jumped over is skipped, what is still of use goes out late', async () => {
    const booking = await book(3 * dayMs);
    await soon(async () => expect(await world.subjects(booking.to)).toHaveLength(1));
    await world.moveTo(booking.departsAtMs - 30 * 60_000);
    await soon(async () =>
      expect(await standingOf(booking.id)).toMatchObject({
        departure_24h: 'skipped: window_missed',
        departure_2h: 'sent: sent_late',
      }),
    );
    expect(await world.subjects(booking.to)).toEqual([
      expect.stringContaining(confirmation),
      expect.stringMatching(/^Leaving soon/),
    ]);
  });

  test('a cancelled booking is not reminded of', async () => {
    const booking = await book(2 * dayMs);
    await soon(async () => expect(await world.subjects(booking.to)).toHaveLength(1));
    world.bookings.publish('booking.cancelled', nextVersion(booking, { status: 'cancelled' }));
    await soon(async () =>
      expect(await standingOf(booking.id)).toEqual({
        booking_confirmed: 'sent',
        booking_cancelled: 'sent',
        departure_24h: 'cancelled: booking_cancelled',
        departure_2h: 'cancelled: booking_cancelled',
      }),
    );
    const witness = await book(2 * dayMs);
    await world.moveTo(booking.departsAtMs - 60_000);
    await soon(async () => expect(await standingOf(witness.id)).toMatchObject({ departure_2h: 'sent: sent_late' }));
    expect(await world.subjects(booking.to)).toEqual([
      expect.stringMatching(/is confirmed/),
      expect.stringMatching(/is cancelled/),
    ]);
  });

  test('a booking whose cancellation is not heard of yet is asked about before its mail goes', async () => {
    const booking = await book(2 * dayMs);
    await soon(async () => expect(await world.subjects(booking.to)).toHaveLength(1));
    world.bookings.answer(booking.id, currentOf(nextVersion(booking, { status: 'cancelled' })));
    await world.moveTo(booking.departsAtMs - 24 * hourMs);
    await soon(async () =>
      expect(await standingOf(booking.id)).toMatchObject({ departure_24h: 'cancelled: booking_cancelled' }),
    );
    world.bookings.answer(booking.id, undefined);
    await world.moveTo(booking.departsAtMs - 2 * hourMs);
    await soon(async () =>
      expect(await standingOf(booking.id)).toMatchObject({ departure_2h: 'cancelled: booking_unknown' }),
    );
    expect(await world.subjects(booking.to)).toHaveLength(1);
  });

  test.each(['hangs', 'fails'] as const)('when booking-service %s the copy here decides', async (mood) => {
    const kept = await book(2 * dayMs);
    await soon(async () => expect(await world.subjects(kept.to)).toHaveLength(1));
    world.bookings.setMood(mood);
    const questionsBefore = world.bookings.questions();
    await world.moveTo(kept.departsAtMs - 24 * hourMs);
    await soon(async () => expect(await world.subjects(kept.to)).toHaveLength(2));
    expect(world.bookings.questions()).toBeGreaterThan(questionsBefore);
    world.bookings.setMood('answers');
  });

  test('a flight that moves takes its reminders along, and one that returns finds them again', async () => {
    const booking = await book(4 * dayMs);
    const [segment] = booking.segments;
    const movedMs = booking.departsAtMs + 45 * 60_000;
    const moved = nextVersion(booking, { segments: [buildSegment(movedMs, { flightId: segment?.flightId ?? '' })] });
    world.bookings.publish('booking.confirmed', moved);
    await soon(async () => expect(await world.reminders(booking.id)).toHaveLength(6));
    const due = async () =>
      (await world.reminders(booking.id)).flatMap(({ kind, status, dueAt }) =>
        status === 'scheduled' && kind.startsWith('departure_') ? [dueAt] : [],
      );
    expect(await due()).toEqual([toInstant(movedMs - 24 * hourMs), toInstant(movedMs - 2 * hourMs)]);
    world.bookings.publish('booking.confirmed', nextVersion(moved, { segments: booking.segments }));
    await soon(async () =>
      expect(await due()).toEqual([
        toInstant(booking.departsAtMs - 24 * hourMs),
        toInstant(booking.departsAtMs - 2 * hourMs),
      ]),
    );
    const departures = (await world.reminders(booking.id)).filter(({ kind }) => kind.startsWith('departure_'));
    expect(departures).toHaveLength(4);
  });
});
