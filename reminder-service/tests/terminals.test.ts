import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BookingEventData } from '@jetbridge/contracts/events/catalogue.ts';
import type { Reminder } from '@jetbridge/contracts/reminders/routes.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import ICAL from 'ical.js';
import PostalMime, { type Email } from 'postal-mime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildBookingEvent, buildSegment, nextVersion } from './booking-events.ts';
import { hourMs } from './sample-bookings.ts';
import { soon, startWorld, type World } from './world.ts';

const minuteMs = 60_000;
const kennedy = 'John F. Kennedy International Airport (JFK)';

describeOnEachDatabase('mails of flights with terminals', (database) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(database.settings());
  });
  afterAll(() => world.stop());

  /** A booking made now whose flight leaves in two days, confirmed by mail. */
  async function book(terminals: { departureTerminal?: string; arrivalTerminal?: string }) {
    const madeAtMs = await world.nowMs();
    const departsAtMs = Math.ceil(madeAtMs / minuteMs) * minuteMs + 48 * hourMs;
    const segments = [buildSegment(departsAtMs, terminals)];
    const booking = buildBookingEvent({ madeAtMs, departsAtMs }, { segments });
    world.bookings.publish('booking.confirmed', booking);
    await sent(booking, 'booking_confirmed');
    return { booking, departsAtMs };
  }

  const sent = (booking: BookingEventData, kind: Reminder['kind']) =>
    soon(async () => expect((await world.reminder(booking.id, kind)).status).toBe('sent'));

  /** Tells the next version of a booking, and waits until its copy is that. */
  async function change(booking: BookingEventData, segment: Partial<BookingEventData['segments'][number]>) {
    const segments = booking.segments.map((one) => ({ ...one, ...segment }));
    const next = nextVersion(booking, { segments });
    world.bookings.publish('booking.changed', next);
    await soon(async () =>
      expect(await world.query('SELECT version FROM bookings WHERE id = ?', [booking.id])).toEqual([
        { version: next.version },
      ]),
    );
    return next;
  }

  /** The newest mail to a booking's address, as it lies in the folder. */
  async function newestMail({ contact }: BookingEventData): Promise<Email> {
    const { body } = await world.call(`GET /sandbox/mails?to=${contact.email}`);
    const file = join(`${world.settings.DATA_DIR}`, 'mail', `${body.data[0].id}.eml`);
    return PostalMime.parse(await readFile(file), { attachmentEncoding: 'utf8' });
  }

  function entryIn({ attachments }: Email) {
    const file = attachments.find(({ mimeType }) => mimeType === 'text/calendar');
    const [event] = new ICAL.Component(ICAL.parse(`${file?.content}`)).getAllSubcomponents('vevent');
    if (!event) throw new Error('The mail brings a flight for the calendar.');
    return new ICAL.Event(event);
  }

  test('each mail says them beside the airports, and the calendar where to go', async () => {
    const { booking, departsAtMs } = await book({ departureTerminal: '8', arrivalTerminal: '2E' });
    await world.moveTo(departsAtMs - 24 * hourMs);
    await sent(booking, 'departure_24h');
    const mail = await newestMail(booking);
    expect(mail.subject).toMatch(/^BA178 to London leaves /);
    expect(mail.text).toMatch(/Departs .*New York \(JFK\), Terminal 8\r?\n/);
    expect(mail.text).toMatch(/Arrives .*London \(LHR\), Terminal 2E\r?\n/);
    for (const terminal of ['>Terminal 8<', '>Terminal 2E<']) expect(mail.html).toContain(terminal);
    expect(entryIn(mail).location).toBe(`${kennedy}, Terminal 8`);
    expect(entryIn(mail).description).toMatch(/Arrives .*, Terminal 2E$/m);
  });

  test('nothing is said of those that nobody knows', async () => {
    const { booking, departsAtMs } = await book({});
    await world.moveTo(departsAtMs - 24 * hourMs);
    await sent(booking, 'departure_24h');
    const mail = await newestMail(booking);
    expect(`${mail.text}${mail.html}`).not.toMatch(/terminal|undefined|null/i);
    expect(entryIn(mail).location).toBe(kennedy);
  });

  test('another one alone mails nobody, and stands in the next reminder', async () => {
    const { booking, departsAtMs } = await book({ departureTerminal: '8' });
    await world.moveTo(departsAtMs - 24 * hourMs);
    await sent(booking, 'departure_24h');
    const moved = await change(booking, { departureTerminal: '4' });
    await world.moveTo(departsAtMs - 2 * hourMs);
    await sent(moved, 'departure_2h');
    const mail = await newestMail(moved);
    expect(mail.text?.replaceAll(/\s+/g, ' ')).toContain(`It leaves from ${kennedy}, Terminal 4.`);
    expect(mail.html).toContain('Terminal 4');
    expect(`${mail.text}${mail.html}`).not.toContain('Terminal 8');
    expect(entryIn(mail)).toMatchObject({ location: `${kennedy}, Terminal 4`, sequence: 2 });
    expect((await world.reminders(booking.id)).map(({ kind, status }) => `${kind} ${status}`)).toEqual([
      'booking_confirmed sent',
      'departure_24h sent',
      'departure_2h sent',
    ]);
    expect(await world.subjects(booking.contact.email)).toHaveLength(3);
  });

  test('another one together with other times is one mail about the times, which says it', async () => {
    const { booking, departsAtMs } = await book({ departureTerminal: '8' });
    const { departureTime } = buildSegment(departsAtMs + hourMs);
    const moved = await change(booking, { departureTime, departureTerminal: '4' });
    await sent(moved, 'schedule_changed');
    const mail = await newestMail(moved);
    expect(mail.subject).toMatch(/^New times: BA178 to London leaves /);
    expect(mail.text).toMatch(/Departs .*New York \(JFK\), Terminal 4\r?\n/);
    expect(await world.subjects(booking.contact.email)).toHaveLength(2);
  });
});
