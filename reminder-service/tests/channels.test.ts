import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createLogger } from '@jetbridge/service-kit/log/logger.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createLogChannel } from '../src/clients/log-channel.ts';
import type { OutgoingMail } from '../src/clients/mailer.ts';
import { createWebhookChannel } from '../src/clients/webhook-channel.ts';
import { buildBookingEvent } from './booking-events.ts';
import { hourMs } from './sample-bookings.ts';
import { soon, startWorld, type World } from './world.ts';

const secret = 'what the receiver knows as well, and nobody else';

type Delivery = { readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: string };

/** A program of an operator's that takes mails, and answers as it is told. */
async function startReceiver() {
  const deliveries: Delivery[] = [];
  const answers: ((res: ServerResponse) => void)[] = [];
  const server: Server = createServer(async (req, res) => {
    deliveries.push({ path: req.url ?? '', headers: req.headers, body: await text(req) });
    const answer = answers.shift() ?? ((usual) => usual.writeHead(204).end());
    answer(res);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on TCP has an address of this form.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mails`;
  return {
    url,
    deliveries,
    answerNext: (answer: (res: ServerResponse) => void) => answers.push(answer),
    clear: () => {
      deliveries.length = 0;
      answers.length = 0;
    },
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

let receiver: Awaited<ReturnType<typeof startReceiver>>;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.clear());
afterAll(() => receiver.stop());

const mail: OutgoingMail = {
  to: 'ada@example.com',
  messageId: '<bkg_1.booking_confirmed@air.example>',
  subject: 'Booking K7QX2M is confirmed',
  text: 'The link with a secret in it',
  html: '<p>The link with a secret in it</p>',
  sentAtMs: Date.parse('2026-12-25T18:00:00Z'),
  unsubscribeUrl: 'https://air.example/api/v1/unsubscribe/token',
};

/** What an operator's program checks, as the README tells it. */
function isSigned({ headers, body }: Delivery): boolean {
  const [, at = '', given] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['webhook-signature'])) ?? [];
  const isRecent = Math.abs(Date.now() / 1_000 - Number(at)) < 300;
  return isRecent && given === createHmac('sha256', secret).update(`${at}.${body}`).digest('hex');
}

describe('the webhook channel', () => {
  const channel = () => createWebhookChannel({ url: receiver.url, secret, timeoutMs: 300 });
  const outcomeOf = () =>
    channel()
      .send(mail)
      .then(
        () => 'sent',
        (error) => error.outcome,
      );

  test('hands over the mail, signed, with its Message-ID as the key', async () => {
    const ticket = { filename: 'a.pdf', content: Buffer.from('%PDF') };
    await channel().send({
      ...mail,
      ticket,
      calendar: { filename: 'a.ics', content: 'BEGIN:VCALENDAR', method: 'PUBLISH' },
    });
    const [delivery, ...others] = receiver.deliveries;
    if (!delivery) throw new Error('Nothing was delivered.');
    expect(others).toEqual([]);
    expect(isSigned(delivery)).toBe(true);
    expect(isSigned({ ...delivery, body: delivery.body.replace('ada', 'eve') })).toBe(false);
    expect(delivery.headers).toMatchObject({
      'idempotency-key': mail.messageId,
      'content-type': 'application/json',
    });
    const { sentAtMs: _, ...told } = mail;
    expect(JSON.parse(delivery.body)).toEqual({
      ...told,
      sentAt: '2026-12-25T18:00:00Z',
      ticket: { filename: 'a.pdf', pdf: Buffer.from('%PDF').toString('base64') },
      calendar: { filename: 'a.ics', content: 'BEGIN:VCALENDAR' },
    });
  });

  test.each([
    [200, 'sent'],
    [400, 'refused'],
    [401, 'server_away'],
    [404, 'server_away'],
    [410, 'refused'],
    [422, 'refused'],
    [429, 'put_off'],
    [500, 'server_away'],
    [503, 'server_away'],
  ])('takes an answer of %i as: %s', async (status, outcome) => {
    receiver.answerNext((res) => res.writeHead(status).end('what it says is not read'));
    expect(await outcomeOf()).toBe(outcome);
  });

  test.each([301, 302, 307, 308])('follows no redirect (%i)', async (status) => {
    receiver.answerNext((res) => res.writeHead(status, { Location: `${receiver.url}/elsewhere` }).end());
    expect(await outcomeOf()).toBe('server_away');
    expect(receiver.deliveries.map(({ path }) => path)).toEqual(['/mails']);
  });

  test('gives up on a receiver that says nothing, hangs up or is away', async () => {
    receiver.answerNext(() => {});
    expect(await outcomeOf()).toBe('server_away');
    receiver.answerNext((res) => res.destroy());
    expect(await outcomeOf()).toBe('server_away');
    const nowhere = createWebhookChannel({ url: 'http://127.0.0.1:1/', secret });
    await expect(nowhere.send(mail)).rejects.toMatchObject({ outcome: 'server_away' });
  });

  test('takes no address that is not one', async () => {
    await expect(channel().send({ ...mail, to: 'ada@example.com, eve@example.com' })).rejects.toMatchObject({
      outcome: 'address_invalid',
    });
    expect(receiver.deliveries).toEqual([]);
  });
});

test('the log channel notes what would go, and nothing of what it says', async () => {
  const lines: string[] = [];
  const log = createLogger({ service: 'test', level: 'info' }, { write: (line) => lines.push(line) });
  await createLogChannel(log).send({ ...mail, subject: 'two\nlines' });
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ to: mail.to, messageId: mail.messageId, subject: 'two\nlines' });
  expect(lines[0]?.trimEnd()).not.toContain('\n');
  expect(lines[0]).not.toContain('secret in it');
});

describeOnEachDatabase('reminders by webhook', (database) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({
      ...database.settings(),
      REMINDER_CHANNEL: 'webhook',
      REMINDER_WEBHOOK_URL: receiver.url,
      REMINDER_WEBHOOK_SECRET: secret,
    });
  });
  afterAll(() => world.stop());

  const build = () => buildBookingEvent({ madeAtMs: Date.now(), departsAtMs: Date.now() + 72 * hourMs });

  test('are claimed, tried again and marked as mails are', async () => {
    receiver.answerNext((res) => res.writeHead(503).end());
    receiver.answerNext((res) => res.destroy());
    const booking = build();
    world.bookings.publish('booking.created', booking);
    await soon(async () =>
      expect(await world.reminder(booking.id, 'booking_confirmed')).toMatchObject({ status: 'sent', attempts: 3 }),
    );
    expect(receiver.deliveries).toHaveLength(3);
    expect(receiver.deliveries.every(isSigned)).toBe(true);
    expect(new Set(receiver.deliveries.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    expect(JSON.parse(receiver.deliveries[0]?.body ?? '')).toMatchObject({ to: booking.contact.email });
  });

  test('that are refused for good fail at once', async () => {
    receiver.answerNext((res) => res.writeHead(422).end());
    const booking = build();
    world.bookings.publish('booking.created', booking);
    await soon(async () =>
      expect(await world.reminder(booking.id, 'booking_confirmed')).toMatchObject({
        status: 'failed',
        reason: 'mail_refused',
        attempts: 1,
      }),
    );
  });
});
