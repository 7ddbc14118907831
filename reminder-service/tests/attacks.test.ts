import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { type SmtpSink, startSmtpSink } from '@jetbridge/testing/smtp-sink.ts';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { buildBookingEvent } from './booking-events.ts';
import { hourMs } from './sample-bookings.ts';
import { soon, startWorld, type World } from './world.ts';

describeOnEachDatabase('what strangers put into bookings', (database) => {
  let world: World;
  let sink: SmtpSink;
  beforeAll(async () => {
    sink = await startSmtpSink();
    world = await startWorld({ ...database.settings(), SMTP_URL: sink.url });
  });
  afterEach(() => sink.clear());
  afterAll(async () => {
    await world.stop();
    await sink.stop();
  });

  const build = (overrides: Parameters<typeof buildBookingEvent>[1] = {}) =>
    buildBookingEvent({ madeAtMs: Date.now(), departsAtMs: Date.now() + 72 * hourMs }, overrides);

  describe('as an address', () => {
    const addresses = [
      ['a line break and a header', 'ada@example.com\r\nBcc: eve@example.com'],
      ['a line feed alone', 'ada@example.com\nBcc: eve@example.com'],
      ['a command of SMTP', 'ada@example.com>\r\nRCPT TO:<eve@example.com'],
      ['two addresses', 'ada@example.com,eve@example.com'],
      ['a semicolon', 'ada@example.com;eve@example.com'],
      ['a quoted local part', '"ada eve@example.com, x"@example.com'],
      ['a comment', 'ada(eve@example.com)@example.com'],
      ['a group', 'friends:ada@example.com,eve@example.com;'],
      ['a name before it', 'Ada <eve@example.com>'],
      ['a source route', '@relay.example:ada@example.com'],
      ['another charset', 'adа@example.com'],
      ['nothing', ''],
    ] as const;

    test('that is not one plain address is never mailed to: it fails untried, and the mail server hears of nobody', async () => {
      const bookings = addresses.map(([, email]) => build({ contact: { email } }));
      const witness = build();
      for (const booking of [...bookings, witness]) world.bookings.publish('booking.confirmed', booking);
      await soon(() => expect(sink.mails()).not.toEqual([]));
      const confirmations = await soon(async () => {
        const rows = await world.query<{ booking_id: string; status: string; reason: string; attempts: number }>(
          "SELECT booking_id, status, reason FROM reminders WHERE booking_id IN (?) AND kind = 'booking_confirmed'",
          [bookings.map(({ id }) => id)],
        );
        expect(rows.map(({ status }) => status)).not.toContain('scheduled');
        expect(rows.map(({ status }) => status)).not.toContain('sending');
        return rows;
      });
      expect(sink.mails().map(({ envelope }) => envelope.to)).toEqual([[witness.contact.email]]);
      const standings = addresses.map(([what], index) => {
        const row = confirmations.find((one) => one.booking_id === bookings[index]?.id);
        return [what, row?.status, row?.reason];
      });
      expect(standings).toEqual(addresses.map(([what]) => [what, 'failed', 'address_invalid']));
    });

    test('capitals and a plus are one recipient, and no header holds another one', async () => {
      const booking = build({ contact: { email: `Ada+Tag.${database.kind}@Example.COM` } });
      world.bookings.publish('booking.confirmed', booking);
      await soon(() => expect(sink.mails()).toHaveLength(1));
      const [mail] = sink.mails();
      const address = `ada+tag.${database.kind}@example.com`;
      expect(mail?.envelope.to).toEqual([address]);
      expect(mail?.to?.map((one) => one.address)).toEqual([address]);
      expect([mail?.cc, mail?.bcc]).toEqual([undefined, undefined]);
    });
  });

  test('as names is shown as text, in HTML escaped, and breaks no header', async () => {
    const names = [
      ['<script>alert(1)</script>', '<img src=x onerror=alert(1)>'],
      ['{{7*7}}', '<%= 7*7 %>'],
      ['=HYPERLINK("http://evil.example","x")', '@SUM(1)'],
      ['\u202Egnp.exe', 'Ada\r\nBcc: eve@example.com'],
    ] as const;
    const [first] = build().passengers;
    if (!first) throw new Error('A booking has a passenger.');
    const passengers = names.map(([firstName, lastName], index) => ({
      ...first,
      id: `pax_${index}`,
      firstName,
      lastName,
    }));
    const booking = build({ passengers });
    world.bookings.publish('booking.confirmed', booking);
    await soon(() => expect(sink.mails()).toHaveLength(1));
    const [mail] = sink.mails();
    if (!mail?.html || !mail.text) throw new Error('A mail has two parts.');
    expect(mail.envelope.to).toEqual([booking.contact.email]);
    expect([mail.cc, mail.bcc]).toEqual([undefined, undefined]);
    const headers = mail.raw.split('\r\n\r\n')[0] ?? '';
    expect(headers).not.toMatch(/^Bcc:/im);

    expect(mail.html).not.toMatch(/<script|<img src=x|<%=/i);
    expect(mail.html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(mail.text).toContain('<script>alert(1)</script>');
    for (const part of [mail.html, mail.text]) {
      expect(part).toContain('{{7*7}}');
      expect(part).not.toContain('\u202E');
      // What a name holds stays on its line.
      expect(part).not.toMatch(/^\s*Bcc:/m);
    }
    expect(mail.text).toContain('<%= 7*7 %>');
    expect(mail.text).toContain('=HYPERLINK("http://evil.example","x")');
  });

  test('as ids names no file and no statement', async () => {
    const id = `../../x'; DROP TABLE reminders;--`;
    const booking = build({ id });
    world.bookings.publish('booking.confirmed', booking);
    await soon(() => expect(sink.mails()).toHaveLength(1));
    expect(await world.query('SELECT id FROM reminders WHERE booking_id = ?', [id])).toHaveLength(3);
    expect(sink.mails()[0]?.messageId).toMatch(/^<[\w.]+@[\w.]+>$/);
  });
});
