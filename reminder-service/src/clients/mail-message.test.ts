import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { expect, test } from 'vitest';
import { writeMessage } from './mail-message.ts';
import type { OutgoingMail } from './mailer.ts';

const from = { name: 'Jetbridge', address: 'no-reply@jetbridge.example' };

const buildMail = (overrides: Partial<OutgoingMail> = {}): OutgoingMail => ({
  to: 'ada@example.com',
  messageId: '<bkg_1.departure_24h@jetbridge.example>',
  subject: 'BA178 to London leaves Fri 25 Dec',
  text: 'Good journey.\n',
  html: '<p>Good journey.</p>\n',
  sentAtMs: Date.UTC(2026, 11, 24, 23),
  unsubscribeUrl: `https://booking.example/api/v1/unsubscribe/${'x'.repeat(300)}`,
  ...overrides,
});

/** Whatever a template or a name in it may bring, but for what no mail can carry as text. */
const anyText = fc
  .string({ unit: 'binary', maxLength: 3_000 })
  .map((text) => `Dear traveller, ${text.replaceAll(/\0|\r\n?/g, ' ')}`);

test('a mail comes out of a reader as it was put in, whatever it says', async () => {
  // A header may be broken at any space, and a reader may add or take the end of the last line.
  const inOneLine = (text = '') => text.replaceAll(/\p{Cc}|\s+/gu, ' ').replaceAll(/ +/g, ' ');
  await fc.assert(
    fc.asyncProperty(anyText, anyText, anyText, async (words, text, html) => {
      const subject = inOneLine(`About ${words}.`);
      const read = await PostalMime.parse(writeMessage(buildMail({ subject, text, html }), from).raw);
      expect(inOneLine(read.subject)).toBe(subject);
      expect(read.text?.trimEnd()).toBe(text.trimEnd());
      expect(read.html?.replaceAll('\r\n', '\n').trimEnd()).toBe(html.trimEnd());
    }),
    { numRuns: 200 },
  );
});

test('the lines on the wire are short, in ASCII and end as they must', () => {
  const { raw } = writeMessage(
    buildMail({
      subject: 'Zürich – São Paulo, '.repeat(20),
      text: `${'ä'.repeat(3_000)}\n.\nFrom here\n`,
      html: `<p>${'ö'.repeat(5_000)}</p>`,
      calendar: { filename: 'K7QX2M.ics', content: 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n', method: 'PUBLISH' },
    }),
    from,
  );
  const lines = raw.toString('latin1').split('\r\n');
  for (const line of lines) expect(line).toMatch(/^[\x20-\x7e\t]*$/);
  // What is longer are the two addresses that a header can't break: 998 is the most (RFC 5322, 2.1.1).
  expect(lines.filter((line) => line.length > 78 && !line.startsWith('List-Unsubscribe:'))).toEqual([]);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(998);
});

test('attachments come with their names, types and bytes', async () => {
  const ticket = { filename: 'K7QX2M.pdf', content: Buffer.from([0, 255, 13, 10, 46, 13, 10]) };
  const calendar = {
    filename: 'K7QX2M.ics',
    content: 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n',
    method: 'CANCEL',
  } as const;
  const { raw } = writeMessage(buildMail({ ticket, calendar }), from);
  const read = await PostalMime.parse(raw);
  expect(read.attachments.map(({ filename, mimeType, method }) => ({ filename, mimeType, method }))).toEqual([
    { filename: 'K7QX2M.pdf', mimeType: 'application/pdf', method: undefined },
    { filename: 'K7QX2M.ics', mimeType: 'text/calendar', method: 'CANCEL' },
  ]);
  const [pdf, ics] = read.attachments.map(({ content }) => Buffer.from(content as ArrayBuffer));
  expect(pdf).toEqual(ticket.content);
  // The reader makes line ends those of its own system; on the wire they are those of calendars.
  expect(String(ics)).toBe(calendar.content.replaceAll('\r\n', '\n'));
  expect(String(raw)).toContain(Buffer.from(calendar.content).toString('base64'));
});

test('a name of an attachment can break out of nothing', async () => {
  const ticket = { filename: 'a"; x=y\r\nBcc: eve@example.com\r\n\r\n.pdf', content: Buffer.from('%PDF') };
  const read = await PostalMime.parse(writeMessage(buildMail({ ticket }), from).raw);
  expect(read.attachments.map(({ filename }) => filename)).toEqual(['a___x_y__Bcc__eve_example.com____.pdf']);
});

test('what a mail program needs stands in the headers', async () => {
  const { envelope, raw } = writeMessage(buildMail(), from);
  const { headers } = await PostalMime.parse(raw);
  expect(envelope).toEqual({ from: 'no-reply@jetbridge.example', to: 'ada@example.com' });
  expect(Object.fromEntries(headers.map(({ key, value }) => [key, value]))).toMatchObject({
    from: 'Jetbridge <no-reply@jetbridge.example>',
    to: 'ada@example.com',
    'message-id': '<bkg_1.departure_24h@jetbridge.example>',
    date: 'Thu, 24 Dec 2026 23:00:00 +0000',
    'auto-submitted': 'auto-generated',
    'mime-version': '1.0',
    'list-unsubscribe': `<${buildMail().unsubscribeUrl}>`,
    'list-unsubscribe-post': 'List-Unsubscribe=One-Click',
  });
});
