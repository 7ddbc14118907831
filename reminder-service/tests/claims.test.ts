import { migrate } from '@jetbridge/service-kit/database/migrate.ts';
import { type Database, openDatabase } from '@jetbridge/service-kit/database/open-database.ts';
import { createLogger } from '@jetbridge/service-kit/log/logger.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { createBookings } from '../src/db/bookings.ts';
import { createDeletedUsers } from '../src/db/deleted-users.ts';
import { createReminders } from '../src/db/reminders.ts';
import { createSendBlocks } from '../src/db/send-blocks.ts';
import { createSendLimiter } from '../src/db/send-limits.ts';
import type { AttemptFacts, AttemptQuestion } from '../src/db/sending/attempts.ts';
import { createSending } from '../src/db/sending/sending.ts';
import type { Outcome } from '../src/db/sending/settlements.ts';
import type { BookingCopy } from '../src/domain/booking.ts';
import { decideSending } from '../src/domain/decide-sending.ts';
import type { Reminder } from '../src/domain/reminder.ts';
import { followBooking } from '../src/use-cases/follow-booking.ts';
import { awayFromTheHour } from './away-from-the-hour.ts';
import { buildCopy, buildFlight, hourMs, usualOffsets } from './sample-bookings.ts';

const log = createLogger({ service: 'test', level: 'silent' });

describeOnEachDatabase('claims on due reminders', (testDatabase) => {
  const nowMs = Date.now();
  let database: Database;
  let sending: ReturnType<typeof createSending>;
  let made = 0;
  beforeAll(async () => {
    database = await openDatabase(loadConfig(testDatabase.settings()).profile.database, log);
    await migrate(database, new URL('../migrations/', import.meta.url), log);
    sending = createSending(database);
  });
  beforeEach(() => database.write((transaction) => database.sequelize.query('DELETE FROM reminders', { transaction })));
  afterAll(() => database.close());

  const limits = (overrides = {}) => ({ nowMs, batchSize: 10, maximumAttempts: 60, ...overrides });

  /** New bookings, whose confirmations are due now and whose other reminders are not. */
  async function book(count: number, overrides: Parameters<typeof buildCopy>[0] = {}) {
    for (let index = 0; index < count; index++) {
      made += 1;
      const flights = [buildFlight({ departsAtMs: nowMs + 72 * hourMs })];
      await follow(buildCopy({ id: `bkg_${made}`, flights, ...overrides }));
    }
  }

  /** Tells of a booking, or of a newer state of it. */
  async function follow(booking: BookingCopy) {
    const parts = {
      bookings: createBookings(database),
      reminders: createReminders(database),
      deletedUsers: createDeletedUsers(database),
      blocks: createSendBlocks(database),
      offsets: usualOffsets,
    };
    await database.write((tx) => followBooking(parts, booking, nowMs, tx));
  }

  /** What is written down of some reminders, in their order. */
  async function standingOf(ids: readonly (string | undefined)[]) {
    const reminders = createReminders(database);
    const found = await Promise.all(ids.map((id) => reminders.find(id ?? '')));
    return found.map((one) => {
      const facts = [one?.status, ...(one?.reason ? [one.reason] : []), ...(one?.sentAtMs ? ['at', one.sentAtMs] : [])];
      return `${facts.join(' ')}, tried ${one?.attempts} times`;
    });
  }

  test('that are made at the same moment share nothing, and together take all', async () => {
    await book(60);
    const batches = await Promise.all(Array.from({ length: 6 }, () => sending.claim(limits())));
    // A rival may find rows locked and go away with fewer; what it left, the next ones get.
    for (let more = 0; more < 6; more++) batches.push(await sending.claim(limits()));
    const ids = batches.flatMap(({ reminders }) => reminders.map(({ id }) => id));
    expect(ids).toHaveLength(60);
    expect(new Set(ids).size).toBe(60);
    expect(await sending.claim(limits())).toMatchObject({ reminders: [], settled: 0 });
  });

  test('hold against whoever comes with another one', async () => {
    await book(1);
    const { holder, reminders } = await sending.claim(limits());
    const [reminder] = reminders;
    const id = reminder?.id ?? '';
    const attempt = (by: string) => ({ id, holder: by, decide: () => 'send' as const, nowMs });
    expect(await sending.beginAttempt(attempt('lease_of_another'))).toBeUndefined();
    const outcome = { status: 'sent', reason: null, sentAtMs: nowMs, lastError: null } as const;
    expect(await sending.settle({ id, holder: 'lease_of_another', outcome })).toBe(false);
    expect(await sending.beginAttempt(attempt(holder))).toMatchObject({
      id: reminder && 'bookingId' in reminder ? reminder.bookingId : undefined,
    });
    expect(await sending.settle({ id, holder, outcome })).toBe(true);
    expect(await sending.settle({ id, holder, outcome })).toBe(false);
  });

  test('of several that begin at once, each goes or stays by its own claim and its own decision', async () => {
    await book(4);
    const { holder, reminders } = await sending.claim(limits());
    const [wanted, unwanted, broken, lost] = reminders.map(({ id }) => id);
    const begin = (id = '', overrides: Partial<AttemptQuestion> = {}) =>
      sending.beginAttempt({ id, holder, decide: () => 'send', nowMs, ...overrides });
    const ends = await Promise.allSettled([
      begin(wanted),
      begin(unwanted, { decide: () => ({ status: 'skipped', reason: 'switched_off' }) }),
      begin(broken, {
        decide: () => {
          throw new Error('A rule is broken.');
        },
      }),
      begin(lost, { holder: 'lease_of_another' }),
    ]);
    expect(ends).toMatchObject([
      { status: 'fulfilled', value: { id: expect.stringMatching(/^bkg_/) } },
      { status: 'fulfilled', value: undefined },
      { status: 'rejected', reason: { message: 'A rule is broken.' } },
      { status: 'fulfilled', value: undefined },
    ]);
    expect(await standingOf([wanted, unwanted, broken, lost])).toEqual([
      'sending, tried 1 times',
      'skipped switched_off, tried 0 times',
      'sending, tried 0 times',
      'sending, tried 0 times',
    ]);
  });

  test('a departure that moved a little is not told of while its reminder may be at the mail server', async () => {
    const departsAtMs = nowMs + 23 * hourMs;
    const booking = buildCopy({ id: 'bkg_moves', flights: [buildFlight({ departsAtMs })] });
    const moved = buildFlight({ departsAtMs: departsAtMs + hourMs / 2 });
    const claimReminder = async () => {
      const { holder, reminders } = await sending.claim(limits({ nowMs: nowMs + 10_000 }));
      const reminder = reminders.find(({ kind }) => kind === 'departure_24h') as Reminder | undefined;
      const decide = (copy: BookingCopy, facts: AttemptFacts) =>
        decideSending(
          { reminder: reminder as Reminder, booking: copy, current: 'no_answer', offsets: usualOffsets, ...facts },
          nowMs,
        );
      const id = reminder?.id ?? '';
      return { id, holder, begin: () => sending.beginAttempt({ id, holder, decide, nowMs }) };
    };
    await follow(booking);
    const first = await claimReminder();
    expect(await first.begin()).toMatchObject({ id: 'bkg_moves' });
    await follow({ ...booking, version: 2, flights: [moved] });
    const second = await claimReminder();
    expect(second.id).not.toBe(first.id);
    expect(await second.begin()).toBeUndefined();
    expect(await standingOf([first.id, second.id])).toEqual([
      'sending, tried 1 times',
      expect.stringMatching(/^scheduled/),
    ]);
    const outcome = { status: 'sent', reason: null, sentAtMs: nowMs, lastError: null } as const;
    expect(await sending.settle({ id: first.id, holder: first.holder, outcome })).toBe(true);
    const third = await claimReminder();
    expect(third.id).toBe(second.id);
    expect(await third.begin()).toBeUndefined();
    expect(await standingOf([third.id])).toEqual(['skipped moved_less_than_an_hour, tried 0 times']);
  });

  test('of several that end at once, each is written down by its own claim', async () => {
    await book(4);
    const { holder, reminders } = await sending.claim(limits());
    const [first, second, failed, lost] = reminders.map(({ id }) => id);
    const sent = (sentAtMs: number) => ({ status: 'sent', reason: null, sentAtMs, lastError: null }) as const;
    const settle = (id: string | undefined, outcome: Outcome, by = holder) =>
      sending.settle({ id: id ?? '', holder: by, outcome });
    const held = await Promise.all([
      settle(first, sent(nowMs + 1)),
      settle(second, sent(nowMs + 2)),
      settle(failed, { status: 'failed', reason: 'mail_refused', lastError: 'No.' }),
      settle(lost, sent(nowMs + 3), 'lease_of_another'),
    ]);
    expect(held).toEqual([true, true, true, false]);
    expect(await standingOf([first, second, failed, lost])).toEqual([
      `sent at ${nowMs + 1}, tried 0 times`,
      `sent at ${nowMs + 2}, tried 0 times`,
      'failed mail_refused, tried 0 times',
      'sending, tried 0 times',
    ]);
  });

  test('settle at once what it is too late for', async () => {
    await book(3);
    expect(await sending.claim(limits({ nowMs: nowMs + 72 * hourMs }))).toMatchObject({ reminders: [], settled: 9 });
    expect(await sending.claim(limits({ nowMs: nowMs + 72 * hourMs }))).toMatchObject({ reminders: [], settled: 0 });
  });

  test('keep all workers together within a number of mails a second', async () => {
    await book(90);
    const paced = () => createSending(database, { perSecond: 10, perRecipientPerHour: 0 }).claim(limits());
    const startedAtMs = Date.now();
    const batches = await Promise.all(Array.from({ length: 8 }, paced));
    batches.push(await paced());
    const claimed = batches.flatMap(({ reminders }) => reminders);
    // Five seconds are given out ahead, and what passes meanwhile becomes free again.
    const passedSeconds = (Date.now() - startedAtMs) / 1_000;
    // A claim that waited for its lock finds slots that have passed by then.
    expect(claimed.length).toBeGreaterThanOrEqual(40);
    expect(claimed.length).toBeLessThanOrEqual(50 + Math.ceil(passedSeconds * 10));
    expect(new Set(claimed.map(({ id }) => id)).size).toBe(claimed.length);
    const taken = batches.filter(({ reminders }) => reminders.length > 0);
    const starts = taken.map(({ slots }) => slots?.startsInMs ?? 0).toSorted((one, other) => one - other);
    expect(starts.at(-1)).toBeLessThan(5_000);
  });

  test('count the mails to an address in an hour, exactly, however many try', async () => {
    const limiter = createSendLimiter(database, { perSecond: 0, perRecipientPerHour: 3 });
    const count = () => database.write((tx) => limiter.countRecipient('ada@example.com', tx));
    await awayFromTheHour();
    const waits = await Promise.all(Array.from({ length: 12 }, count));
    expect(waits.filter((waitMs) => waitMs === undefined)).toHaveLength(3);
    for (const waitMs of waits.filter((one) => one !== undefined)) {
      expect(waitMs).toBeGreaterThan(0);
      expect(waitMs).toBeLessThanOrEqual(hourMs);
    }
    const other = await database.write((tx) => limiter.countRecipient('eve@example.com', tx));
    expect(other).toBeUndefined();
  });
});
