import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { newId } from '@jetbridge/service-kit/ids.ts';
import { col, Op, type Transaction, type WhereOptions } from 'sequelize';
import type { BookingCopy } from '../domain/booking.ts';
import type { Reconciliation } from '../domain/reconcile-reminders.ts';
import type { Reminder, ReminderStatus } from '../domain/reminder.ts';
import { defineModels, type ReminderRow } from './models.ts';

/** Which reminders a list holds, by due time, from `after` on. */
export type ReminderFilter = {
  readonly bookingId?: string | undefined;
  readonly status?: ReminderStatus | undefined;
  readonly to?: string | undefined;
  readonly after?: { readonly dueAtMs: number; readonly id: string } | undefined;
  readonly limit: number;
};

/** The stored reminders, but for their sending: see `sending.ts`. */
export type Reminders = ReturnType<typeof createReminders>;

export function createReminders({ sequelize }: Database) {
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
        flightId: plan.flightId ?? '',
        departsAtMs: plan.departsAtMs,
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
    list: async (filter: ReminderFilter): Promise<Reminder[]> => {
      const rows = await Reminder.findAll({
        where: { [Op.and]: conditionsOf(filter) },
        order: ['dueAtMs', 'id'],
        limit: filter.limit,
      });
      return rows.map(readReminder);
    },
  };
}

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
export function readReminder(row: ReminderRow): Reminder {
  return {
    id: row.id,
    bookingId: row.bookingId,
    bookingReference: row.bookingReference,
    kind: row.kind,
    flightId: row.flightId === '' ? null : row.flightId,
    departsAtMs: Number(row.departsAtMs),
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
