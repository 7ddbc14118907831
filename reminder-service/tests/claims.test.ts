import { migrate } from '@jetbridge/service-kit/database/migrate.ts';
import { type Database, openDatabase } from '@jetbridge/service-kit/database/open-database.ts';
import { createLogger } from '@jetbridge/service-kit/log/logger.ts';
import { createTurns } from '@jetbridge/service-kit/turns.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
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
import type { Mail, Reminder } from '../src/domain/reminder.ts';
import { createDueReminders } from '../src/use-cases/due-reminders.ts';
import { followBooking } from '../src/use-cases/follow-booking.ts';
import type { SendingParts } from '../src/use-cases/send-due-reminders.ts';
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

  /** What lets a mail go, whatever is kept about it. */
  function questionAbout(mail: Mail | undefined) {
    if (!mail || !('bookingId' in mail)) throw new Error('It is not about a booking.');
    const { id, bookingId } = mail;
    return { id, bookingId, isAgain: false, decide: () => 'send' as const, nowMs };
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
    const attempt = (by: string) => ({ ...questionAbout(reminder), holder: by });
    expect(await sending.beginAttempt(attempt('lease_of_another'))).toBeUndefined();
    const outcome = { status: 'sent', reason: null, sentAtMs: nowMs, lastError: null } as const;
    expect(await sending.settle({ id, holder: 'lease_of_another', outcome })).toBe(false);
    const { bookingId } = attempt(holder);
    expect(await sending.beginAttempt(attempt(holder))).toMatchObject({ booking: { id: bookingId } });
    expect(await sending.settle({ id, holder, outcome })).toBe(true);
    expect(await sending.settle({ id, holder, outcome })).toBe(false);
  });

  test('of several that begin at once, each goes or stays by its own claim and its own decision', async () => {
    await book(4);
    const { holder, reminders } = await sending.claim(limits());
    const [wanted, unwanted, broken, lost] = reminders;
    const begin = (one: Mail | undefined, overrides: Partial<AttemptQuestion> = {}) =>
      sending.beginAttempt({ ...questionAbout(one), holder, ...overrides });
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
      { status: 'fulfilled', value: { booking: { id: questionAbout(wanted).bookingId } } },
      { status: 'fulfilled', value: undefined },
      { status: 'rejected', reason: { message: 'A rule is broken.' } },
      { status: 'fulfilled', value: undefined },
    ]);
    expect(await standingOf([wanted, unwanted, broken, lost].map((one) => one?.id))).toEqual([
      'sending, tried 1 times',
      'skipped switched_off, tried 0 times',
      'sending, tried 0 times',
      'sending, tried 0 times',
    ]);
  });

  test('an attempt that is looked at once more is still one', async () => {
    await book(1);
    const { holder, reminders } = await sending.claim(limits());
    const question = { ...questionAbout(reminders[0]), holder };
    expect(await sending.beginAttempt(question)).toBeDefined();
    expect(await sending.beginAttempt({ ...question, isAgain: true })).toBeDefined();
    expect(await standingOf([question.id])).toEqual(['sending, tried 1 times']);
    const unwanted = {
      ...question,
      isAgain: true,
      decide: () => ({ status: 'cancelled', reason: 'booking_cancelled' }),
    };
    expect(await sending.beginAttempt(unwanted as AttemptQuestion)).toBeUndefined();
    expect(await standingOf([question.id])).toEqual(['cancelled booking_cancelled, tried 1 times']);
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
      const question = { ...questionAbout(reminder), holder, decide };
      return { id: question.id, holder, begin: () => sending.beginAttempt(question) };
    };
    await follow(booking);
    const first = await claimReminder();
    expect(await first.begin()).toMatchObject({ booking: { id: 'bkg_moves' } });
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

  test('made ahead are handed out although the one who made them is told to stop', async () => {
    await book(110);
    const asked: { ids: readonly string[]; answer: (of: () => 'no_answer') => void }[] = [];
    const stopping = new AbortController();
    const due = createDueReminders(
      {
        sending,
        // It is the answers of another service that a test must be able to hold up.
        askCurrent: (ids: readonly string[]) => new Promise((answer) => void asked.push({ ids, answer })),
        offsets: usualOffsets,
        clock: { nowMs: () => nowMs },
        log,
      } as unknown as SendingParts,
      { atServer: createTurns(5), signal: stopping.signal },
    );
    const next = () => due.next(() => true);
    const first = next();
    await eventually(() => expect(asked.map(({ ids }) => ids.length)).toEqual([100]));
    asked[0]?.answer(() => 'no_answer');
    expect(await first).toBeDefined();
    for (let taken = 1; taken < 100; taken++) expect(await next()).toBeDefined();
    await eventually(() => expect(asked.map(({ ids }) => ids.length)).toEqual([100, 10]));
    stopping.abort();
    const ahead = next();
    asked[1]?.answer(() => 'no_answer');
    expect(await ahead).toBeDefined();
    for (let taken = 1; taken < 10; taken++) expect(await next()).toBeDefined();
    expect(await next()).toBeUndefined();
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
    const answers = await Promise.all(Array.from({ length: 12 }, count));
    const waits = answers.flatMap((answer) => (answer && 'waitMs' in answer ? answer.waitMs : []));
    const counted = answers.flatMap((answer) => (answer && 'recipient' in answer ? answer : []));
    expect(counted).toHaveLength(3);
    expect(waits).toHaveLength(9);
    for (const waitMs of waits) {
      expect(waitMs).toBeGreaterThan(0);
      expect(waitMs).toBeLessThanOrEqual(hourMs);
    }
    const other = await database.write((tx) => limiter.countRecipient('eve@example.com', tx));
    expect(other).toMatchObject({ recipient: 'eve@example.com' });
    // What was not sent makes room for one more.
    const [unsent] = counted;
    if (unsent) await database.write((tx) => limiter.uncount(unsent, tx));
    expect(await count()).toMatchObject({ recipient: 'ada@example.com' });
    expect(await count()).toMatchObject({ waitMs: expect.any(Number) });
  });
});
