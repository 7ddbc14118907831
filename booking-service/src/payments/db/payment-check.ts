import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes, type Transaction } from 'sequelize';

/** What looks for money and bookings that don't agree. */
export function createPaymentCheck({ sequelize, dialect }: Database) {
  async function idsOf(sql: string, replacements: (string | number)[]): Promise<string[]> {
    const rows = await sequelize.query<{ id: string }>(sql, { replacements, type: QueryTypes.SELECT });
    return rows.map(({ id }) => id);
  }

  return {
    /** The next bookings, by id. */
    bookingsAfter: (id: string, limit: number) =>
      idsOf('SELECT id FROM bookings WHERE id > ? ORDER BY id LIMIT ?', [id, limit]),

    /** The next payments, by id, whose booking is gone although they have neither failed nor are given back. */
    strayPaymentsAfter: (id: string, limit: number) =>
      idsOf(
        `SELECT payments.id FROM payments LEFT JOIN bookings ON bookings.id = payments.booking_id
         WHERE payments.id > ? AND payments.status <> 'failed' AND bookings.id IS NULL AND NOT EXISTS (
           SELECT 1 FROM refunds WHERE refunds.payment_id = payments.id AND refunds.status <> 'failed'
             AND refunds.amount_minor = payments.amount_minor
         ) ORDER BY payments.id LIMIT ?`,
        [id, limit],
      ),

    /** The next payments of a provider, by id. */
    paymentsAfter: (provider: string, id: string, limit: number) =>
      idsOf('SELECT id FROM payments WHERE provider = ? AND id > ? ORDER BY id LIMIT ?', [provider, id, limit]),

    /** When these bookings were cancelled, and whether by the airline, as far as their histories reach back. */
    cancellations: async (bookingIds: readonly string[], tx?: Transaction) => {
      const rows = await sequelize.query<{ booking_id: string; at_ms: number; actor_type: string }>(
        "SELECT booking_id, at_ms, actor_type FROM booking_history WHERE booking_id IN (?) AND action = 'cancelled'",
        { replacements: [[...bookingIds]], type: QueryTypes.SELECT, transaction: tx ?? null },
      );
      return new Map(
        rows.map((row) => [row.booking_id, { atMs: Number(row.at_ms), byAirline: row.actor_type === 'airline' }]),
      );
    },

    /** Lets the next process that looks take up a payment or refund which is under way. */
    makeDue: async (table: 'payments' | 'refunds', id: string, tx: Transaction): Promise<void> => {
      await sequelize.query(
        `UPDATE ${table} SET attempt_deadline_ms = ${dialect.nowMs} WHERE id = ? AND status = 'processing'`,
        { replacements: [id], type: QueryTypes.UPDATE, transaction: tx },
      );
    },
  };
}

export type PaymentCheck = ReturnType<typeof createPaymentCheck>;
