import { migrate } from '@jetbridge/service-kit/database/migrate.ts';
import { type Database, openDatabase } from '@jetbridge/service-kit/database/open-database.ts';
import { createLogger } from '@jetbridge/service-kit/log/logger.ts';
import { createTurns } from '@jetbridge/service-kit/turns.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { OutgoingMail } from '../src/clients/mailer.ts';
import { loadConfig } from '../src/config.ts';
import { createBookings } from '../src/db/bookings.ts';
import { createDeletedUsers } from '../src/db/deleted-users.ts';
import { createReminders } from '../src/db/reminders.ts';
import { createSendBlocks } from '../src/db/send-blocks.ts';
import { createSending } from '../src/db/sending/sending.ts';
import type { Reminder } from '../src/domain/reminder.ts';
import { createDelivery } from '../src/use-cases/deliver-reminder.ts';
import { createDueReminders } from '../src/use-cases/due-reminders.ts';
import { followBooking } from '../src/use-cases/follow-booking.ts';
import { createPreparation } from '../src/use-cases/prepare-mail.ts';
import type { SendingParts } from '../src/use-cases/send-due-reminders.ts';
import { buildCopy, buildFlight, hourMs, usualOffsets } from './sample-bookings.ts';

const log = createLogger({ service: 'test', level: 'silent' });

describeOnEachDatabase('the delivery of claimed mails', (testDatabase) => {
  const nowMs = Date.now();
  let database: Database;
  beforeAll(async () => {
    database = await openDatabase(loadConfig(testDatabase.settings()).profile.database, log);
    await migrate(database, new URL('../migrations/', import.meta.url), log);
  });
  beforeEach(() => database.write((transaction) => database.sequelize.query('DELETE FROM reminders', { transaction })));
  afterAll(() => database.close());

  /** Our own parts, and in place of other services and the mail server what a test wants them to be. */
  const buildParts = (outside: Partial<SendingParts> = {}) =>
    ({
      sending: createSending(database),
      askCurrent: async () => () => 'no_answer',
      compose: ({ id }: Reminder) => ({ to: 'ada@example.com', messageId: `<${id}@test>` }) as OutgoingMail,
      askTicket: async () => undefined,
      offsets: usualOffsets,
      clock: { nowMs: () => nowMs },
      log,
      ...outside,
    }) as SendingParts;

  async function book(id: string): Promise<void> {
    const parts = {
      bookings: createBookings(database),
      reminders: createReminders(database),
      deletedUsers: createDeletedUsers(database),
      blocks: createSendBlocks(database),
      offsets: usualOffsets,
    };
    const copy = buildCopy({ id, flights: [buildFlight({ departsAtMs: nowMs + 72 * hourMs })] });
    await database.write((tx) => followBooking(parts, copy, nowMs, tx));
  }

  const askedNow = () => ({ of: () => 'no_answer' as const, askedAtMs: performance.now() });

  async function claim({ sending }: SendingParts) {
    const { holder, reminders } = await sending.claim({ nowMs, batchSize: 10, maximumAttempts: 60 });
    return { holder, reminders: reminders as readonly Reminder[] };
  }

  test('mails about accounts go first: somebody waits for them', async () => {
    for (const id of ['bkg_a', 'bkg_b', 'bkg_c']) await book(id);
    const mail = { requestId: 'pwr_1', userId: 'usr_1', kind: 'password_reset', dueAtMs: nowMs } as const;
    await database.write((tx) =>
      createReminders(database).addAccountMail({ ...mail, sendUntilMs: nowMs + hourMs }, tx),
    );
    const due = createDueReminders(buildParts(), { atServer: createTurns(5), signal: new AbortController().signal });
    const kinds = [];
    for (let taken = 0; taken < 4; taken++) kinds.push((await due.next(() => false))?.begun.reminder.kind);
    expect(kinds).toEqual(['password_reset', 'booking_confirmed', 'booking_confirmed', 'booking_confirmed']);
  });

  test('a ticket is printed once, also for a mail that had to be looked at again', async () => {
    await book('bkg_ticket');
    let printed = 0;
    let questions = 0;
    const parts = buildParts({
      askTicket: async () => {
        printed += 1;
        return undefined;
      },
      askCurrent: async () => {
        questions += 1;
        return () => 'no_answer';
      },
    });
    const { holder, reminders } = await claim(parts);
    const [reminder] = reminders;
    const preparation = createPreparation(parts, holder);
    const begun = reminder && (await preparation.begin(reminder, askedNow()));
    const ready = begun && (await preparation.prepareEarly(begun));
    expect([printed, questions]).toEqual([1, 0]);
    const longAgo = ready && { ...ready, begun: { ...ready.begun, askedAtMs: performance.now() - 6_000 } };
    expect(longAgo && (await preparation.prepareForTurn(longAgo))).toBeDefined();
    expect([printed, questions]).toEqual([1, 1]);
  });

  test('a mail takes its moment only when the mail server has time for it', async () => {
    for (const id of ['bkg_a', 'bkg_b', 'bkg_c']) await book(id);
    const atServer: (() => void)[] = [];
    const parts = buildParts({
      mailer: { send: () => new Promise<void>((taken) => void atServer.push(taken)), close: async () => {} },
    });
    let moments = 0;
    const pace = {
      turn: async () => {
        moments += 1;
      },
    };
    const { holder, reminders } = await claim(parts);
    const { signal } = new AbortController();
    const delivery = createDelivery(parts, { holder, pace, atServer: createTurns(1), signal });
    const begun = await Promise.all(reminders.map((reminder) => delivery.begin(reminder, askedNow())));
    const delivered = Promise.all(begun.map((one) => one && delivery.deliver(one)));
    for (const place of [1, 2, 3]) {
      await eventually(() => expect(atServer).toHaveLength(place));
      expect(moments).toBe(place);
      atServer.at(-1)?.();
    }
    for (const one of await delivered) await one?.written;
    const [row] = await database.sequelize.query("SELECT COUNT(*) AS sent FROM reminders WHERE status = 'sent'");
    expect(row).toEqual([{ sent: 3 }]);
  });
});
