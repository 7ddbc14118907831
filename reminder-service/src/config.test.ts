import { describe, expect, test } from 'vitest';
import { hourMs } from '../tests/sample-bookings.ts';
import { loadConfig } from './config.ts';
import { reminderOffsets } from './domain/plan-reminders.ts';

const secret = 'a secret that only tests know, long enough';
const load = (environment: Record<string, string> = {}) => loadConfig({ INTERNAL_SECRET: secret, ...environment });
const production = {
  NODE_ENV: 'production',
  DATABASE_URL: 'mysql://root@127.0.0.1:3306',
  RABBITMQ_URL: 'amqp://127.0.0.1',
};

test('without settings mails go into files, by the usual offsets', () => {
  const { mail, offsets } = load({ DATA_DIR: '/tmp/somewhere' });
  expect(mail).toEqual({
    from: { name: 'Jetbridge', address: 'no-reply@jetbridge.example' },
    smtpUrl: undefined,
    folder: '/tmp/somewhere/mail',
    templates: { brand: 'Jetbridge', site: 'http://localhost:3000', language: 'en', ownFolder: undefined },
  });
  expect(offsets).toEqual(reminderOffsets(24 * hourMs, 2 * hourMs));
});

describe('REMINDER_OFFSETS', () => {
  test.each([
    ['48h,3h', reminderOffsets(48 * hourMs, 3 * hourMs)],
    ['1d, 90m', reminderOffsets(24 * hourMs, 1.5 * hourMs)],
    ['30s', reminderOffsets(30_000)],
  ])('%s is understood', (value, expected) => {
    expect(load({ REMINDER_OFFSETS: value }).offsets).toEqual(expected);
  });

  test.each(['2h,24h', '24h,24h', '24', '24h,', '24h,2h,1h', '0h', '24h,0m', '-1h', '366d', 'a day'])(
    '%s is refused',
    (value) => {
      expect(() => load({ REMINDER_OFFSETS: value })).toThrow(
        'REMINDER_OFFSETS must be one or two times before departure',
      );
    },
  );
});

describe('MAIL_FROM', () => {
  test.each([
    ['Example Air <No-Reply@example.com>', { name: 'Example Air', address: 'no-reply@example.com' }],
    ['"Example Air" <no-reply@example.com>', { name: 'Example Air', address: 'no-reply@example.com' }],
    ['no-reply@example.com', { name: 'Jetbridge', address: 'no-reply@example.com' }],
  ])('%s is understood', (value, expected) => {
    expect(load({ MAIL_FROM: value }).mail.from).toEqual(expected);
  });

  test.each([
    'nobody',
    'A <a@example.com>, B <b@example.com>',
    'A\r\nBcc: x <a@example.com>',
    '<a@b>',
    'a@example.com b@example.com',
  ])('%j is refused', (value) => {
    expect(() => load({ MAIL_FROM: value })).toThrow('MAIL_FROM must be an address');
  });
});

test('production needs a mail server, and says so beside what else is wrong', () => {
  expect(() => load({ ...production, MAIL_FROM: 'nobody', SMTP_URL: 'http://mail' })).toThrow(
    /SMTP_URL.*\n.*MAIL_FROM/,
  );
  expect(() => load(production)).toThrow('SMTP_URL is not set; production needs a mail server');
  expect(load({ ...production, SMTP_URL: 'smtps://mail.example.com' }).mail.smtpUrl).toBe('smtps://mail.example.com');
});

describe('REMINDER_CHANNEL', () => {
  const webhook = {
    REMINDER_CHANNEL: 'webhook',
    REMINDER_WEBHOOK_URL: 'https://mails.example.com/hook',
    REMINDER_WEBHOOK_SECRET: 'x'.repeat(32),
  };

  test('is mail unless another one is chosen', () => {
    expect(load({}).channel).toEqual({ kind: 'mail' });
    expect(load({ REMINDER_CHANNEL: 'log' }).channel).toEqual({ kind: 'log' });
    expect(load(webhook).channel).toEqual({
      kind: 'webhook',
      url: webhook.REMINDER_WEBHOOK_URL,
      secret: webhook.REMINDER_WEBHOOK_SECRET,
    });
  });

  test('webhook needs an address and a secret that is long enough', () => {
    expect(() => load({ REMINDER_CHANNEL: 'webhook' })).toThrow('needs REMINDER_WEBHOOK_URL');
    expect(() => load({ ...webhook, REMINDER_WEBHOOK_SECRET: 'short' })).toThrow('REMINDER_WEBHOOK_SECRET must have');
    expect(() => load({ ...webhook, REMINDER_WEBHOOK_URL: 'file:///etc/passwd' })).toThrow('REMINDER_WEBHOOK_URL must');
    expect(() => load({ REMINDER_CHANNEL: 'pigeon' })).toThrow('REMINDER_CHANNEL must be one of mail, log, webhook');
  });

  test('in production is no log, and needs no mail server where it is a webhook', () => {
    expect(load({ ...production, ...webhook }).channel.kind).toBe('webhook');
    expect(() => load({ ...production, REMINDER_CHANNEL: 'log' })).toThrow('REMINDER_CHANNEL is log');
  });
});

test('limits of sending are numbers, and may be none', () => {
  expect(load({}).limits).toEqual({ perSecond: 0, perRecipientPerHour: 0 });
  expect(load({ MAILS_PER_SECOND: '14', MAILS_PER_RECIPIENT_PER_HOUR: '0' }).limits).toEqual({
    perSecond: 14,
    perRecipientPerHour: 0,
  });
  expect(() => load({ MAILS_PER_SECOND: '-1' })).toThrow('MAILS_PER_SECOND must be a whole number');
});
