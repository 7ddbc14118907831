import { insertRows } from '@jetbridge/service-kit/database/insert-rows.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes } from 'sequelize';
import { refundRow } from '../../bookings/db/booking-rows.ts';
import { defineModels, type PaymentRow, type RefundRow } from '../../bookings/db/models.ts';
import type { PaymentRecord, RefundRecord } from '../domain/payment.ts';

/** Payments and refunds as they stand, and which of them somebody has to look after. */
export function createPayments(database: Database) {
  const { sequelize, dialect } = database;
  const { Payment, Refund } = defineModels(sequelize);

  /**
   * Takes over what nobody has brought to an end before its deadline, and gives each a new one, so that no other process
   * works on it meanwhile. By the clock of the database.
   */
  async function claimOverdue(
    table: 'payments' | 'refunds',
    options: { limit: number; forMs: number },
  ): Promise<string[]> {
    const due = await sequelize.query<{ id: string }>(
      `SELECT id FROM ${table} WHERE attempt_deadline_ms <= ${dialect.nowMs} LIMIT 1`,
      { type: QueryTypes.SELECT },
    );
    // Mostly nothing is due, and that must cost no write.
    if (due.length === 0) return [];
    return database.write(async (tx) => {
      const rows = await sequelize.query<{ id: string }>(
        `SELECT id FROM ${table} WHERE attempt_deadline_ms <= ${dialect.nowMs}
         ORDER BY attempt_deadline_ms LIMIT ? ${dialect.forUpdateSkipLocked}`,
        { replacements: [options.limit], type: QueryTypes.SELECT, transaction: tx },
      );
      const ids = rows.map(({ id }) => id);
      if (ids.length === 0) return [];
      await sequelize.query(`UPDATE ${table} SET attempt_deadline_ms = ${dialect.nowMs} + ? WHERE id IN (?)`, {
        replacements: [options.forMs, ids],
        type: QueryTypes.UPDATE,
        transaction: tx,
      });
      return ids;
    });
  }

  async function count(sql: string): Promise<number> {
    const [row] = await sequelize.query<{ number: number }>(sql, { type: QueryTypes.SELECT });
    return Number(row?.number ?? 0);
  }

  /** A sweep takes what is due within moments; what is due for longer than this is a sign of trouble. */
  const overdue = `attempt_deadline_ms <= ${dialect.nowMs} - 60000`;

  return {
    countOverdue: () =>
      count(`SELECT (SELECT COUNT(*) FROM payments WHERE ${overdue})
        + (SELECT COUNT(*) FROM refunds WHERE ${overdue} AND attempt_deadline_ms > 0) AS number`),
    countFailedRefunds: () => count("SELECT COUNT(*) AS number FROM refunds WHERE status = 'failed'"),
    find: async (id: string): Promise<PaymentRecord | undefined> => {
      const row = await Payment.findByPk(id);
      return row ? toPayment(row) : undefined;
    },
    findMany: async (ids: readonly string[]): Promise<PaymentRecord[]> =>
      (await Payment.findAll({ where: { id: [...ids] } })).map(toPayment),
    findRefund: async (id: string): Promise<RefundRecord | undefined> => {
      const row = await Refund.findByPk(id);
      return row ? toRefund(row) : undefined;
    },
    /**
     * Notes money that came for a payment which had failed and of whose booking nothing remains, and that all of it goes
     * back.
     * @returns false where that was noted before.
     */
    noteStray: (payment: PaymentRecord, news: { reference: string; refund: RefundRecord; nowMs: number }) =>
      database.write(async (tx) => {
        const [changed] = await Payment.update(
          {
            status: 'succeeded',
            failureCode: null,
            token: null,
            attemptDeadlineMs: null,
            providerReference: news.reference,
            version: payment.version + 1,
            updatedAtMs: news.nowMs,
          },
          { where: { id: payment.id, status: 'failed' }, transaction: tx },
        );
        if (changed > 0) await insertRows(database, 'refunds', [refundRow(news.refund)], tx);
        return changed > 0;
      }),
    /** Notes what became of the refund of such a payment. */
    settleStray: (refund: RefundRecord) =>
      database.write(async (tx) => {
        const { id, paymentId, status, failureCode, providerReference, attemptDeadlineMs, updatedAtMs } = refund;
        const changes = { status, failureCode, providerReference, attemptDeadlineMs, updatedAtMs };
        await Refund.update(changes, { where: { id, status: 'processing' }, transaction: tx });
        if (status !== 'succeeded') return;
        await Payment.update({ status: 'refunded', updatedAtMs }, { where: { id: paymentId }, transaction: tx });
      }),
    claimOverduePayments: (options: { limit: number; forMs: number }) => claimOverdue('payments', options),
    claimOverdueRefunds: (options: { limit: number; forMs: number }) => claimOverdue('refunds', options),
  };
}

export type Payments = ReturnType<typeof createPayments>;

export function toPayment(row: PaymentRow): PaymentRecord {
  return {
    id: row.id,
    bookingId: row.bookingId,
    userId: row.userId,
    // A CHECK of the table keeps these three to the words there are.
    purpose: row.purpose as PaymentRecord['purpose'],
    provider: row.provider,
    method: row.method as PaymentRecord['method'],
    status: row.status as PaymentRecord['status'],
    token: row.token,
    amountMinor: Number(row.amountMinor),
    currency: row.currency,
    failureCode: row.failureCode,
    providerReference: row.providerReference,
    idempotencyKey: row.idempotencyKey,
    version: Number(row.version),
    createdAtMs: Number(row.createdAtMs),
    updatedAtMs: Number(row.updatedAtMs),
    attemptDeadlineMs: row.attemptDeadlineMs === null ? null : Number(row.attemptDeadlineMs),
  };
}

export function toRefund(row: RefundRow): RefundRecord {
  return {
    id: row.id,
    paymentId: row.paymentId,
    bookingId: row.bookingId,
    amountMinor: Number(row.amountMinor),
    currency: row.currency,
    // A CHECK keeps the column to the statuses there are.
    status: row.status as RefundRecord['status'],
    rule: row.rule,
    failureCode: row.failureCode,
    providerReference: row.providerReference,
    createdAtMs: Number(row.createdAtMs),
    updatedAtMs: Number(row.updatedAtMs),
    attemptDeadlineMs: row.attemptDeadlineMs === null ? null : Number(row.attemptDeadlineMs),
  };
}
