import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { newId } from '@jetbridge/service-kit/ids.ts';
import { col, Op, type Transaction, type WhereOptions } from 'sequelize';
import type { BookingCopy } from '../domain/booking.ts';
import type { Reconciliation } from '../domain/reconcile-reminders.ts';
import {
  type AccountMailKind,
  isAccountMailKind,
  isOccasionalKind,
  type Mail,
  type MailDetails,
  type Reminder,
  type ReminderStatus,
} from '../domain/reminder.ts';
import { defineModels, type ReminderRow } from './models.ts';

/** Which reminders a list holds, by due time, from `after` on. */
export type ReminderFilter = {
  readonly bookingId?: string | undefined;
  readonly status?: ReminderStatus | undefined;
  readonly to?: string | undefined;
  readonly after?: { readonly dueAtMs: number; readonly id: string } | undefined;
  readonly limit: number;
};

/** The stored reminders, but for their sending: see `sending/`. */
export type Reminders = ReturnType<typeof createReminders>;

export function createReminders({ sequelize, dialect }: Database) {
  const { Reminder } = defineModels(sequelize);

  return {
    /** All reminders of a booking, their rows locked until the transaction ends. */
    lockOfBooking: async (bookingId: string, tx: Transaction): Promise<Reminder[]> => {
      const rows = await Reminder.findAll({ where: { bookingId }, transaction: tx, lock: tx.LOCK.UPDATE });
      return rows.map(readReminder);
    },
    /** Writes what `reconcileReminders` found for a booking whose reminders are locked. */
    apply: async (booking: BookingCopy, { added, changed }: Reconciliation, tx: Transaction): Promise<void> => {
      const rows = added.map((plan) => ({
        ...unsent,
        id: newId('rem'),
        bookingId: booking.id,
        bookingReference: booking.reference,
        kind: plan.kind,
        flightId: plan.occasion ?? plan.flightId ?? '',
        departsAtMs: plan.departsAtMs,
        details: plan.details ? JSON.stringify(plan.details) : null,
        recipient: booking.email,
        dueAtMs: plan.dueAtMs,
        sendUntilMs: plan.sendUntilMs,
        attemptAtMs: plan.dueAtMs,
        status: plan.status,
        reason: plan.reason,
      }));
      await Reminder.bulkCreate(rows, { transaction: tx });
      for (const { id, to, standing } of changed) {
        const revived = standing?.status === 'scheduled' ? { ...unsent, attemptAtMs: col('due_at_ms') } : {};
        await Reminder.update({ ...revived, ...standing, recipient: to }, { where: { id }, transaction: tx });
      }
    },
    /** Notes a mail about an account, due now; one that is there already stays as it is. */
    addAccountMail: async (mail: NewAccountMail, tx: Transaction): Promise<void> => {
      const { requestId, userId, kind, dueAtMs, sendUntilMs } = mail;
      const row = {
        id: newId('rem'),
        booking_id: requestId,
        booking_reference: '',
        kind,
        flight_id: '',
        departs_at_ms: 0,
        recipient: '',
        due_at_ms: dueAtMs,
        send_until_ms: sendUntilMs,
        attempt_at_ms: dueAtMs,
        status: 'scheduled',
        attempts: 0,
        user_id: userId,
      };
      await dialect.insertOrKeep(sequelize, 'reminders', [row], tx);
    },
    /** Gives up the mails about an account that were not sent, and forgets where the others went. */
    dropAccountMails: async (userId: string, tx: Transaction): Promise<void> => {
      await Reminder.update(
        // Whoever is about to send one loses the claim on it.
        { status: 'cancelled', reason: 'account_deleted', leaseHolder: null, leaseUntilMs: null },
        { where: { userId, status: ['scheduled', 'sending'] }, transaction: tx },
      );
      await Reminder.update({ recipient: '' }, { where: { userId }, transaction: tx });
    },
    /** Mails about the account of a user, and about their bookings. */
    listOfUser: async (userId: string, bookingIds: readonly string[]): Promise<Mail[]> => {
      const where = { [Op.or]: [{ userId }, { bookingId: [...bookingIds] }] };
      const rows = await Reminder.findAll({ where, order: ['dueAtMs', 'id'] });
      return rows.map(readMail);
    },
    /** Forgets where the mails about a booking went. */
    forgetRecipients: async (bookingId: string, tx: Transaction): Promise<void> => {
      await Reminder.update({ recipient: '' }, { where: { bookingId }, transaction: tx });
    },
    find: async (id: string): Promise<Mail | undefined> => {
      const row = await Reminder.findByPk(id);
      return row ? readMail(row) : undefined;
    },
    /** The same, its row locked until the transaction ends. */
    lock: async (id: string, tx: Transaction): Promise<Mail | undefined> => {
      const row = await Reminder.findByPk(id, { transaction: tx, lock: tx.LOCK.UPDATE });
      return row ? readMail(row) : undefined;
    },
    /** Plans a mail again that had ended unsent, for now, as if it had never been tried. */
    reopen: async (id: string, nowMs: number, tx: Transaction): Promise<void> => {
      const values = { ...unsent, status: 'scheduled', reason: 'retry_requested', attemptAtMs: nowMs } as const;
      await Reminder.update(values, { where: { id }, transaction: tx });
    },
    /** How many are due and not being sent. */
    countDue: (nowMs: number): Promise<number> =>
      Reminder.count({ where: { status: 'scheduled', attemptAtMs: { [Op.lte]: nowMs } } }),
    /** Deletes reminders that ended and were due before an instant, at most `limit`; returns how many. */
    deleteEnded: async (dueBeforeMs: number, limit: number, tx: Transaction): Promise<number> => {
      const rows = await Reminder.findAll({
        attributes: ['id'],
        where: { status: ['sent', 'skipped', 'cancelled', 'failed'], dueAtMs: { [Op.lt]: dueBeforeMs } },
        limit,
        transaction: tx,
      });
      if (rows.length === 0) return 0;
      return Reminder.destroy({ where: { id: rows.map(({ id }) => id) }, transaction: tx });
    },
    list: async (filter: ReminderFilter): Promise<Mail[]> => {
      const rows = await Reminder.findAll({
        where: { [Op.and]: conditionsOf(filter) },
        order: ['dueAtMs', 'id'],
        limit: filter.limit,
      });
      return rows.map(readMail);
    },
  };
}

/** A mail about an account as it is planned. Instants are Unix milliseconds of business time. */
type NewAccountMail = {
  readonly requestId: string;
  readonly userId: string;
  readonly kind: AccountMailKind;
  readonly dueAtMs: number;
  readonly sendUntilMs: number;
};

const unsent = { attempts: 0, leaseHolder: null, leaseUntilMs: null, sentAtMs: null, lastError: null } as const;

function conditionsOf({ bookingId, status, to, after }: ReminderFilter): WhereOptions[] {
  const where: WhereOptions[] = [];
  if (bookingId !== undefined) where.push({ bookingId });
  if (status !== undefined) where.push({ status });
  if (to !== undefined) where.push({ recipient: to.toLowerCase() });
  if (after) {
    // The first condition alone lets the index begin at the right place.
    where.push({ dueAtMs: { [Op.gte]: after.dueAtMs } });
    where.push({ [Op.or]: [{ dueAtMs: { [Op.gt]: after.dueAtMs } }, { id: { [Op.gt]: after.id } }] });
  }
  return where;
}

/** A row as the rest of this service knows it; drivers may hand out a BIGINT as a string. */
export function readMail(row: ReminderRow): Mail {
  const { kind } = row;
  if (!isAccountMailKind(kind)) return readReminder(row);
  return { ...standingOf(row), kind, requestId: row.bookingId, userId: row.userId ?? '' };
}

/** The row of a mail about a booking. */
export function readReminder(row: ReminderRow): Reminder {
  const { kind } = row;
  if (isAccountMailKind(kind)) throw new Error(`The mail ${row.id} is about an account, not about a booking.`);
  return {
    ...standingOf(row),
    kind,
    bookingId: row.bookingId,
    bookingReference: row.bookingReference,
    departsAtMs: Number(row.departsAtMs),
    ...(isOccasionalKind(kind)
      ? { flightId: null, occasion: row.flightId, details: readDetails(row.details) }
      : { flightId: row.flightId === '' ? null : row.flightId }),
  };
}

function readDetails(document: string | null): MailDetails | undefined {
  // Only `apply` writes this column.
  return document === null ? undefined : (JSON.parse(document) as MailDetails);
}

function standingOf(row: ReminderRow) {
  return {
    id: row.id,
    to: row.recipient,
    dueAtMs: Number(row.dueAtMs),
    sendUntilMs: Number(row.sendUntilMs),
    status: row.status,
    reason: row.reason,
    attempts: Number(row.attempts),
    sentAtMs: row.sentAtMs === null ? null : Number(row.sentAtMs),
    lastError: row.lastError,
  };
}
