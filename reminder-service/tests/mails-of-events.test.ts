import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BookingEventData } from '@jetbridge/contracts/events/catalogue.ts';
import type { Reminder } from '@jetbridge/contracts/reminders/routes.ts';
import { newId } from '@jetbridge/service-kit/ids.ts';
import { toInstant } from '@jetbridge/service-kit/time/instants.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import ICAL from 'ical.js';
import PostalMime, { type Email } from 'postal-mime';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { buildBookingEvent, buildSegment, nextVersion } from './booking-events.ts';
import { ticketBytes } from './booking-stand-in.ts';
import { hourMs } from './sample-bookings.ts';
import { soon, startWorld, type World } from './world.ts';

const dayMs = 24 * hourMs;
const minuteMs = 60_000;

describeOnEachDatabase('mails of what happens to a booking', (database) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(database.settings());
  });
  beforeEach(() => world.bookings.setTickets('none'));
  afterAll(() => world.stop());

  async function build(overrides: Partial<BookingEventData> = {}): Promise<BookingEventData> {
    const madeAtMs = await world.nowMs();
    return buildBookingEvent({ madeAtMs, departsAtMs: nextMinute(madeAtMs) + 9 * dayMs }, overrides);
  }
  const nextMinute = (unixMs: number) => Math.ceil(unixMs / minuteMs) * minuteMs;

  async function buildHeld(overrides: Partial<BookingEventData> = {}): Promise<BookingEventData> {
    const holdExpiresAt = toInstant(nextMinute(await world.nowMs()) + 15 * minuteMs);
    return build({ status: 'pending', holdExpiresAt, ...overrides });
  }

  /** A confirmed booking whose confirmation has been sent. */
  async function book(overrides: Partial<BookingEventData> = {}): Promise<BookingEventData> {
    const booking = await build(overrides);
    world.bookings.publish('booking.confirmed', booking);
    await mailOf(booking, 'booking_confirmed');
    return booking;
  }

  const sentOf = async (bookingId: string, kind: Reminder['kind']) =>
    (await world.reminders(bookingId)).filter((reminder) => reminder.kind === kind && reminder.status === 'sent');

  /** The newest mail of a kind, as it lies in the folder; of a version, when there are several. */
  async function mailOf({ id, contact }: BookingEventData, kind: Reminder['kind'], about = ''): Promise<Email> {
    const messageId = `<${[id, kind, ...(about === '' ? [] : [about])].join('.')}@jetbridge.example>`;
    return soon(async () => {
      const { body } = await world.call(`GET /sandbox/mails?to=${contact.email}`);
      const found = body.data.filter((mail: { messageId: string }) => mail.messageId === messageId);
      expect(found).toHaveLength(1);
      const file = join(`${world.settings.DATA_DIR}`, 'mail', `${found[0].id}.eml`);
      return PostalMime.parse(await readFile(file), { attachmentEncoding: 'arraybuffer' });
    });
  }

  /** Another booking, published after what is looked at: when it is known, all before it was dealt with. */
  async function dealtWith(): Promise<void> {
    const witness = await build();
    world.bookings.publish('booking.confirmed', witness);
    await soon(async () => expect(await world.reminders(witness.id)).toHaveLength(3));
  }

  const standingsOf = async ({ id }: BookingEventData, kind: Reminder['kind']) =>
    (await world.reminders(id))
      .filter((reminder) => reminder.kind === kind)
      .map(({ status, reason }) => (reason ? `${status}: ${reason}` : status));

  const attachment = (mail: Email, type: string) => {
    const found = mail.attachments.find(({ mimeType }) => mimeType === type);
    return found ? Buffer.from(found.content as ArrayBuffer) : undefined;
  };

  function calendarIn(mail: Email) {
    const calendar = new ICAL.Component(ICAL.parse(`${attachment(mail, 'text/calendar')}`));
    const events = calendar.getAllSubcomponents('vevent').map((component) => ({
      status: component.getFirstPropertyValue('status'),
      event: new ICAL.Event(component),
    }));
    return {
      method: calendar.getFirstPropertyValue('method'),
      events: events.map(({ status, event: { uid, sequence, startDate } }) => ({
        ...{ status, uid, sequence },
        startsAtMs: startDate.toJSDate().getTime(),
      })),
    };
  }

  function expectBoth({ text, html }: Email, ...facts: string[]): void {
    for (const fact of facts) {
      expect(text?.replaceAll(/\s+/g, ' ')).toContain(fact);
      expect(html).toContain(fact);
    }
    expect(`${text}${html}`).not.toMatch(/undefined|null|\[object|NaN|\{\w+\}/);
  }

  const newYork = (unixMs: number) =>
    new Intl.DateTimeFormat('en-GB', { timeZone: 'America/New_York', timeStyle: 'short' }).format(unixMs);

  test('a held booking says what to pay until when, on the clocks where it leaves', async () => {
    const held = await buildHeld();
    world.bookings.publish('booking.created', held);
    await soon(async () => expect(await standingsOf(held, 'booking_held')).toEqual(['scheduled']));
    await world.moveTo((await world.nowMs()) + 5_000);
    const mail = await mailOf(held, 'booking_held');
    const limit = newYork(Date.parse(held.holdExpiresAt ?? ''));
    expect(mail.subject).toMatch(new RegExp(`^Booking K7QX2M: pay by ${limit} E[SD]T, `));
    expectBoth(mail, 'K7QX2M', '$299.00', `${limit} E`, 'http://localhost:3000', 'Ada Lovelace');
    expect(mail.attachments).toEqual([]);
  });

  test('a booking that is paid for before its held mail goes has none', async () => {
    const held = await buildHeld();
    world.bookings.publish('booking.created', held);
    world.bookings.publish('booking.confirmed', nextVersion(held, { status: 'confirmed', holdExpiresAt: null }));
    await mailOf(held, 'booking_confirmed');
    await world.moveTo((await world.nowMs()) + 10_000);
    await dealtWith();
    const standings = await standingsOf(held, 'booking_held');
    expect(standings).toEqual(standings.length === 0 ? [] : ['cancelled: paid_meanwhile']);
    expect(await world.subjects(held.contact.email)).toHaveLength(1);
  });

  test('a booking whose hold has ended before its held mail goes has none', async () => {
    const held = await buildHeld();
    world.bookings.publish('booking.created', held);
    world.bookings.publish('booking.expired', nextVersion(held, { status: 'expired', holdExpiresAt: null }));
    await soon(async () => expect(await standingsOf(held, 'booking_held')).toEqual(['cancelled: booking_expired']));
    await world.moveTo((await world.nowMs()) + 10_000);
    await dealtWith();
    expect(await world.subjects(held.contact.email)).toEqual([]);
  });

  test('nobody is asked to pay whose payment is under way; should it fail, they hear why and what to do', async () => {
    const held = await buildHeld({ paymentProcessing: true });
    world.bookings.publish('booking.created', held);
    await dealtWith();
    expect(await world.reminders(held.id)).toEqual([]);
    world.bookings.publish('payment.failed', failedPaymentOf(held, 'insufficient_funds'));
    const [{ id = '' } = {}] = await soon(async () => {
      const rows = await world.query<{ id: string }>(
        "SELECT flight_id AS id FROM reminders WHERE booking_id = ? AND kind = 'payment_failed'",
        [held.id],
      );
      expect(rows).toHaveLength(1);
      return rows;
    });
    const mail = await mailOf(held, 'payment_failed', id);
    const limit = newYork(Date.parse(held.holdExpiresAt ?? ''));
    expect(mail.subject).toBe('Your payment for booking K7QX2M did not go through');
    expectBoth(mail, 'The account behind the card does not have enough money.', '$299.00', `${limit} E`);
  });

  test('each payment that fails is told of once, a word nobody knows in general terms', async () => {
    const held = await buildHeld();
    world.bookings.publish('booking.created', held);
    const [first, second] = ['<b>do_not_honor</b>', 'card_declined'].map((code) => failedPaymentOf(held, code));
    for (const payment of [first, first, second, first]) world.bookings.publish('payment.failed', payment);
    await soon(async () => expect(await sentOf(held.id, 'payment_failed')).toHaveLength(2));
    expectBoth(await mailOf(held, 'payment_failed', first?.id), 'The payment did not go through.');
    expectBoth(await mailOf(held, 'payment_failed', second?.id), 'Your bank declined the card.');
  });

  function failedPaymentOf(booking: BookingEventData, failureCode: string) {
    return {
      ...{ id: newId('pay'), status: 'failed', amount: booking.total, method: 'card', failureCode, version: 2 },
      ...{ createdAt: booking.createdAt, bookingId: booking.id, bookingReference: booking.reference },
      ...{ userId: booking.userId, email: booking.contact.email },
    };
  }

  test.each(['before', 'after'])(
    'an offer of the waitlist that is heard of %s its booking is one mail',
    async (when) => {
      const held = await buildHeld();
      const [{ flightId, cabin } = buildSegment(0)] = held.segments;
      const offer = {
        ...{
          id: newId('wtl'),
          status: 'offered',
          flightId,
          cabin,
          bookingId: held.id,
          offerExpiresAt: held.holdExpiresAt,
        },
        ...{
          passengers: [{ type: 'adult', firstName: 'Ada', lastName: 'Lovelace' }],
          contact: held.contact,
          version: 2,
        },
        ...{ createdAt: held.createdAt, updatedAt: held.updatedAt, userId: held.userId, booking: held },
      };
      const events = [
        ['booking.created', held],
        ['waitlist.offered', offer],
      ] as const;
      for (const [type, data] of when === 'after' ? events : events.toReversed()) world.bookings.publish(type, data);
      const mail = await mailOf(held, 'waitlist_offer');
      const limit = newYork(Date.parse(held.holdExpiresAt ?? ''));
      expect(mail.subject).toMatch(/^Seats are free for you: New York to London, /);
      expectBoth(mail, '$299.00', `${limit} E`, 'http://localhost:3000', 'K7QX2M');
      await world.moveTo((await world.nowMs()) + 10_000);
      await dealtWith();
      expect(await world.subjects(held.contact.email)).toHaveLength(1);
    },
  );

  test('a confirmation brings the ticket and the flights for the calendar', async () => {
    world.bookings.setTickets('printed');
    const booking = await build();
    world.bookings.publish('booking.confirmed', booking);
    const mail = await mailOf(booking, 'booking_confirmed');
    expect(attachment(mail, 'application/pdf')).toEqual(Buffer.from(ticketBytes));
    const [segment] = booking.segments;
    expect(calendarIn(mail)).toEqual({
      method: 'PUBLISH',
      events: [
        {
          status: 'CONFIRMED',
          uid: `${booking.id}.${segment?.flightId}@jetbridge`,
          sequence: 1,
          startsAtMs: Date.parse(segment?.departureTime ?? ''),
        },
      ],
    });
    expectBoth(mail, 'Your ticket is attached.');
  });

  test('a ticket that can not be had in time leaves its mail on time, which says where it is', async () => {
    world.bookings.setTickets('late');
    const booking = await build();
    world.bookings.publish('booking.confirmed', booking);
    const mail = await mailOf(booking, 'booking_confirmed');
    expect(attachment(mail, 'application/pdf')).toBeUndefined();
    expectBoth(mail, 'You find your ticket with your booking', 'http://localhost:3000');
  });

  test('a changed booking tells the new flights and the old ones, and moves them in the calendar', async () => {
    const booking = await book();
    const departsAtMs = Date.parse(booking.segments[0]?.departureTime ?? '') + 2 * dayMs;
    const changed = nextVersion(booking, { segments: [buildSegment(departsAtMs, { flightNumber: 'BA112' })] });
    for (let times = 0; times < 3; times++) world.bookings.publish('booking.changed', changed);
    const mail = await mailOf(booking, 'booking_changed', 'v2');
    expect(mail.subject).toMatch(/^Booking K7QX2M is changed: New York to London, /);
    expectBoth(mail, 'BA112', 'Instead of', 'BA178');
    expect(calendarIn(mail)).toMatchObject({ method: 'PUBLISH', events: [{ sequence: 2, startsAtMs: departsAtMs }] });
    await dealtWith();
    expect(await world.subjects(booking.contact.email)).toHaveLength(2);
  });

  test('a flight that moves tells both times and what one may do, and keeps its entry in the calendar', async () => {
    const booking = await book();
    const [segment] = booking.segments;
    if (!segment) throw new Error('The booking has a flight.');
    const departsAtMs = Date.parse(segment.departureTime) + 4 * hourMs;
    const moved = nextVersion(booking, { segments: [{ ...segment, departureTime: toInstant(departsAtMs) }] });
    world.bookings.publish('booking.changed', moved);
    const mail = await mailOf(booking, 'schedule_changed', 'v2');
    expect(mail.subject).toMatch(/^New times: BA178 to London leaves /);
    const times = [departsAtMs, Date.parse(segment.departureTime)].map(newYork);
    expectBoth(mail, ...times, 'more than 3 hours, changing or cancelling is free');
    const { events } = calendarIn(mail);
    expect(events).toMatchObject([
      { uid: `${booking.id}.${segment.flightId}@jetbridge`, sequence: 2, startsAtMs: departsAtMs },
    ]);
  });

  test('a seat that is picked is no change to be told of', async () => {
    const booking = await book();
    const passengers = booking.passengers.map((passenger) => ({ ...passenger, seats: { flt_1: '12A' } }));
    world.bookings.publish('booking.changed', nextVersion(booking, { passengers }));
    await dealtWith();
    expect((await world.reminders(booking.id)).map(({ kind }) => kind)).toEqual([
      'booking_confirmed',
      'departure_24h',
      'departure_2h',
    ]);
  });

  test.each([
    ['processing', 'The refund is under way'],
    ['succeeded', 'We have given back $250.00'],
  ] as const)(
    'a cancelled booking tells what is given back when that is %s, and leaves the calendar',
    async (status, said) => {
      const booking = await book();
      const refund = { id: newId('ref'), paymentId: newId('pay'), createdAt: booking.createdAt, rule: 'fare' };
      const refunds = [{ ...refund, status, amount: { amount: 25_000, currency: 'USD' } }];
      const cancelled = nextVersion(booking, { status: 'cancelled', refunds });
      for (let times = 0; times < 2; times++) world.bookings.publish('booking.cancelled', cancelled);
      const mail = await mailOf(booking, 'booking_cancelled');
      expect(mail.subject).toMatch(/^Booking K7QX2M is cancelled: New York to London, /);
      expectBoth(mail, '$250.00', said);
      expect(calendarIn(mail)).toMatchObject({
        method: 'CANCEL',
        events: [{ status: 'CANCELLED', sequence: 2, uid: `${booking.id}.${booking.segments[0]?.flightId}@jetbridge` }],
      });
      await dealtWith();
      expect(await world.subjects(booking.contact.email)).toHaveLength(2);
    },
  );

  test('one that the airline cancelled says so, and what failed to be given back is not promised', async () => {
    const booking = await book();
    const refund = { paymentId: newId('pay'), createdAt: booking.createdAt, rule: 'airline_cancelled' };
    const amounts = [
      ['succeeded', 29_900],
      ['failed', 11_100],
    ] as const;
    const refunds = amounts.map(([status, amount]) => ({
      ...{ ...refund, id: newId('ref'), status },
      amount: { amount, currency: 'USD' },
    }));
    world.bookings.publish('booking.cancelled', nextVersion(booking, { status: 'cancelled', refunds }));
    expectBoth(await mailOf(booking, 'booking_cancelled'), 'The airline has cancelled', '$299.00');
  });

  test('what people are called is only text, in every mail', async () => {
    const passengers = [
      { id: newId('pax'), type: 'adult' as const, firstName: '<b>Ada</b>', lastName: '{{7*7}}<%= 1 %>', seats: {} },
    ];
    const booking = await book({ passengers });
    world.bookings.publish('booking.cancelled', nextVersion(booking, { status: 'cancelled' }));
    for (const kind of ['booking_confirmed', 'booking_cancelled'] as const) {
      const { html, text } = await mailOf(booking, kind);
      expect(html).toContain('&lt;b&gt;Ada&lt;/b&gt; {{7*7}}&lt;%= 1 %&gt;');
      expect(html).not.toContain('<b>');
      expect(text).toContain('<b>Ada</b> {{7*7}}<%= 1 %>');
    }
  });

  test('every mail can be ended with one click', async () => {
    const mail = await mailOf(await book(), 'booking_confirmed');
    const headers = Object.fromEntries(mail.headers.map(({ key, value }) => [key, value]));
    expect(headers['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click');
    const [, token = ''] =
      /^<http:\/\/localhost:3000\/api\/v1\/unsubscribe\/(.+)>$/.exec(
        headers['list-unsubscribe']?.replaceAll(/\s/g, '') ?? '',
      ) ?? [];
    expect((await world.call(`POST /unsubscribe/${token}`)).status).toBeLessThan(300);
  });
});
