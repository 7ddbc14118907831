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
