import PostalMime from 'postal-mime';
import { describe, expect, test } from 'vitest';
import { at, buildCopy, buildFlight, buildReminder, usualOffsets } from '../../tests/sample-bookings.ts';
import { writeMessage } from '../clients/mail-message.ts';
import { planReminders } from '../domain/plan-reminders.ts';
import { createMailComposer } from './compose-mail.ts';
import { messageIdOf } from './message-id.ts';
import { loadTemplates } from './templates.ts';
import { createUnsubscribeLinks } from './unsubscribe-links.ts';
import { createUnsubscribeTokens } from './unsubscribe-tokens.ts';

const from = { name: 'Jetbridge', address: 'no-reply@jetbridge.example' };
const templates = loadTemplates({ brand: from.name, site: 'https://booking.example', language: 'en' });
const tokens = createUnsubscribeTokens('a secret for tests of thirty-two characters');
const unsubscribeLinks = createUnsubscribeLinks('https://booking.example', tokens);
const compose = createMailComposer({ from, templates, unsubscribeLinks });
const nowMs = at('2026-12-24T23:00:00Z');
const mailsOf = (booking = buildCopy()) =>
  planReminders(booking, nowMs, usualOffsets).map((plan) => compose(buildReminder(plan), booking, nowMs));

const onTheWire = (mail: ReturnType<typeof compose>) => String(writeMessage(mail, from).raw);

test('each kind has its subject, and the same facts in text and HTML', () => {
  const mails = mailsOf();
  expect(mails.map(({ subject }) => subject)).toEqual([
    'Booking K7QX2M is confirmed: New York to London, Fri 25 Dec',
    'BA178 to London leaves Fri 25 Dec, 18:00 EST',
    'Leaving soon: BA178 to London at 18:00 EST',
  ]);
  for (const { text, html } of mails) {
    for (const fact of ['K7QX2M', 'BA178', 'Ada Lovelace', 'Economy', '18:00', 'EST', 'Fri 25 Dec 2026', 'New York']) {
      expect(text).toContain(fact);
      expect(html).toContain(fact);
    }
    expect(`${text}${html}`).not.toMatch(/undefined|null|\[object|NaN/);
  }
  expect(mails[0]?.text).toContain('$299.00');
});

test('the Message-ID names booking, kind, flight and departure, and is the same each time', () => {
  expect(mailsOf().map(({ messageId }) => messageId)).toEqual([
    '<bkg_1.booking_confirmed@jetbridge.example>',
    '<bkg_1.departure_24h.flt_out.1798239600000@jetbridge.example>',
    '<bkg_1.departure_2h.flt_out.1798239600000@jetbridge.example>',
  ]);
  expect(mailsOf().map(({ messageId }) => messageId)).toEqual(mailsOf().map(({ messageId }) => messageId));
});

test('an id that could not stand in a Message-ID does not', () => {
  const key = { kind: 'departure_2h', flightId: 'x>\r\nBcc: y', departsAtMs: 5, bookingId: 'bkg_1' } as const;
  expect(messageIdOf(key, 'example.com')).toMatch(/^<bkg_1\.departure_2h\.[0-9a-f]{32}\.5@example\.com>$/);
});

describe('a hostile name', () => {
  const hostile = buildCopy({
    passengers: [
      { type: 'adult', firstName: '<img src=x onerror=alert(1)>', lastName: 'Lee\r\nBcc: eve@example.com', seats: {} },
      { type: 'adult', firstName: '\u202egnp.exe', lastName: '"; & \' `<%= 1 %>`', seats: {} },
    ],
    places: [
      { code: 'JFK', name: 'A\r\nX-Evil: 1', city: 'New\r\nSubject: York <b>', timeZone: 'America/New_York' },
      { code: 'LHR', name: 'B', city: 'London', timeZone: 'Europe/London' },
    ],
  });

  test('is only text in the HTML', () => {
    for (const { html } of mailsOf(hostile)) {
      expect(html).not.toMatch(/<img|<b>|\u202e/);
      expect(html).toContain('&lt;img src=x onerror=alert(1)&gt; Lee Bcc: eve@example.com');
      expect(html).toContain('<%= 1 %>'.replace('<', '&lt;').replace('>', '&gt;'));
    }
  });

  test('makes no header, no recipient and no line of the calendar', async () => {
    for (const mail of mailsOf(hostile)) {
      const wire = onTheWire(mail);
      const head = wire.slice(0, wire.indexOf('\r\n\r\n'));
      expect(head).not.toMatch(/^(?:bcc|x-evil):/im);
      expect(head.match(/^subject:/gim)).toHaveLength(1);
      expect(Math.max(...wire.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
      const lines = (mail.calendar?.content ?? '').split('\r\n');
      expect(lines.filter((line) => /^(?:bcc|subject|x-evil)/i.test(line))).toEqual([]);
      expect(lines.filter((line) => line.startsWith('SUMMARY'))).toHaveLength(1);
    }
  });
});

test('on the wire it has both parts, the calendar, our Message-ID, and says that no one wrote it', async () => {
  const [mail] = mailsOf();
  if (!mail) throw new Error('A confirmed booking has a confirmation.');
  const read = await PostalMime.parse(onTheWire(mail));
  expect(read).toMatchObject({
    from,
    to: [{ address: 'ada@example.com' }],
    messageId: '<bkg_1.booking_confirmed@jetbridge.example>',
    subject: 'Booking K7QX2M is confirmed: New York to London, Fri 25 Dec',
    date: '2026-12-24T23:00:00.000Z',
  });
  expect(read.text).toContain('Your booking is confirmed.');
  expect(read.html).toContain('Your booking is confirmed');
  expect(read.attachments.map(({ filename, mimeType }) => [filename, mimeType])).toEqual([
    ['K7QX2M.ics', 'text/calendar'],
  ]);
  expect(read.headers.find(({ key }) => key === 'auto-submitted')?.value).toBe('auto-generated');
});

test('an address that is more than one plain address is refused before nodemailer sees it', () => {
  const [mail] = mailsOf(buildCopy({ email: 'ada@example.com, eve@example.com' }));
  expect(() => mail && writeMessage(mail, from)).toThrow(expect.objectContaining({ outcome: 'address_invalid' }));
});

test('a flight keeps its UID in all mails of a booking, and a newer booking a higher sequence', () => {
  const calendars = [
    ...mailsOf(),
    ...mailsOf(buildCopy({ version: 7, flights: [buildFlight({ departsAtMs: at('2026-12-25T23:45:00Z') })] })),
  ];
  const uids = new Set(calendars.map(({ calendar }) => /UID:(.*)/.exec(calendar?.content ?? '')?.[1]?.trim()));
  expect([...uids]).toEqual(['bkg_1.flt_out@jetbridge']);
  expect(calendars.at(-1)?.calendar?.content).toContain('SEQUENCE:7');
  expect(calendars.at(-1)?.calendar?.content).toContain('DTSTART:20261225T234500Z');
});
