import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes, type Transaction } from 'sequelize';
import { createSandboxCharges, type SandboxCharge } from './sandbox-charges.ts';

/** A refund as it is to be booked, unless its id is booked already. */
export type SandboxRefundDraft = {
  readonly id: string;
  readonly chargeId: string;
  readonly amountMinor: number;
  readonly currency: string;
};

/** `unsettled`: the charge may still succeed. `too_much`: more would be given back than was taken. */
export type SandboxRefundResult = 'booked' | 'unsettled' | 'too_much' | 'unknown_charge';

/** What a charge took and gave back, in minor units; nothing is taken while it is processing. */
export type SandboxTotals = {
  readonly chargeId: string;
  readonly currency: string;
  readonly chargedMinor: number;
  readonly refundedMinor: number;
};

/** A success is told again for this long, by real time; whoever has not listened by then never will. */
const tellForMs = 24 * 3_600_000;

/**
 * The books of the sandbox bank. They are written in transactions of their own, never in one of the business, and hold
 * all the bank knows: it behaves the same in every process, and after each of them was killed.
 */
export function createSandboxLedger(database: Database) {
  const { sequelize, dialect } = database;
  const charges = createSandboxCharges(database);

  async function refundIn(draft: SandboxRefundDraft, tx: Transaction): Promise<SandboxRefundResult> {
    const { id, chargeId, amountMinor, currency } = draft;
    // Refunds of one charge queue here, so that none is decided on an old sum.
    const [charge] = await sequelize.query<{ amount_minor: number; currency: string; status: string }>(
      `SELECT amount_minor, currency, status FROM sandbox_charges WHERE id = ? ${dialect.forUpdate}`,
      { replacements: [chargeId], type: QueryTypes.SELECT, transaction: tx },
    );
    if (!charge) return 'unknown_charge';
    if (charge.currency !== currency) throw new Error(`Charge ${chargeId} is not in ${currency}.`);
    if (charge.status === 'processing') return 'unsettled';

    const [known] = await sequelize.query<{ charge_id: string; amount_minor: number }>(
      'SELECT charge_id, amount_minor FROM sandbox_refunds WHERE id = ?',
      { replacements: [id], type: QueryTypes.SELECT, transaction: tx },
    );
    if (known) {
      if (known.charge_id === chargeId && Number(known.amount_minor) === amountMinor) return 'booked';
      throw new Error(`Refund ${id} is booked for another charge or amount.`);
    }
    const chargedMinor = charge.status === 'succeeded' ? Number(charge.amount_minor) : 0;
    const refundedMinor = (await sumsOfRefunds([chargeId], tx)).get(chargeId) ?? 0;
    if (refundedMinor + amountMinor > chargedMinor) return 'too_much';
    await sequelize.query(
      'INSERT INTO sandbox_refunds (id, charge_id, amount_minor, created_at_ms) VALUES (?, ?, ?, ?)',
      { replacements: [id, chargeId, amountMinor, Date.now()], type: QueryTypes.INSERT, transaction: tx },
    );
    return 'booked';
  }

  /** By charge, in minor units; charges without refunds are missing. */
  async function sumsOfRefunds(chargeIds: readonly string[], tx?: Transaction): Promise<Map<string, number>> {
    const rows = await sequelize.query<{ charge_id: string; total: number | string }>(
      'SELECT charge_id, SUM(amount_minor) AS total FROM sandbox_refunds WHERE charge_id IN (?) GROUP BY charge_id',
      { replacements: [[...chargeIds]], type: QueryTypes.SELECT, transaction: tx ?? null },
    );
    return new Map(rows.map((row) => [row.charge_id, Number(row.total)]));
  }

  async function findDueIds(nowMs: number, limit: number, tx?: Transaction): Promise<string[]> {
    const rows = await sequelize.query<{ id: string }>(
      `SELECT id FROM sandbox_charges WHERE webhook_due_at_ms <= ?
       ORDER BY webhook_due_at_ms LIMIT ? ${tx ? dialect.forUpdateSkipLocked : ''}`,
      { replacements: [nowMs, limit], type: QueryTypes.SELECT, transaction: tx ?? null },
    );
    return rows.map(({ id }) => id);
  }

  async function totalsWhere(
    condition: string,
    replacements: (string | number | string[])[],
  ): Promise<SandboxTotals[]> {
    const rows = await sequelize.query<{ id: string; amount_minor: number; currency: string; status: string }>(
      `SELECT id, amount_minor, currency, status FROM sandbox_charges WHERE ${condition}`,
      { replacements, type: QueryTypes.SELECT },
    );
    if (rows.length === 0) return [];
    const refunded = await sumsOfRefunds(rows.map(({ id }) => id));
    return rows.map(({ id, amount_minor, currency, status }) => ({
      chargeId: id,
      currency,
      chargedMinor: status === 'succeeded' ? Number(amount_minor) : 0,
      refundedMinor: refunded.get(id) ?? 0,
    }));
  }

  return {
    book: charges.book,

    /** Books a refund once. @throws when another refund is booked under this id, or nothing could be written. */
    refund: (draft: SandboxRefundDraft): Promise<SandboxRefundResult> => database.write((tx) => refundIn(draft, tx)),

    /**
     * Charges whose success is to be told now, which by this they have. Unless marked as told they are due again after
     * `forMs`, so that nothing is lost when whoever claimed them dies.
     */
    claimDueWebhooks: async ({ limit, forMs }: { limit: number; forMs: number }): Promise<SandboxCharge[]> => {
      const nowMs = Date.now();
      // Mostly nothing is due, and that must cost no write.
      if ((await findDueIds(nowMs, 1)).length === 0) return [];
      return database.write(async (tx) => {
        const ids = await findDueIds(nowMs, limit, tx);
        if (ids.length === 0) return [];
        await sequelize.query(
          `UPDATE sandbox_charges SET status = 'succeeded',
             webhook_due_at_ms = CASE WHEN created_at_ms < ? THEN NULL ELSE ? END WHERE id IN (?)`,
          { replacements: [nowMs - tellForMs, nowMs + forMs, ids], type: QueryTypes.UPDATE, transaction: tx },
        );
        return charges.find(ids, tx);
      });
    },

    markTold: async (chargeIds: readonly string[]): Promise<void> => {
      if (chargeIds.length === 0) return;
      await database.write((tx) =>
        sequelize.query('UPDATE sandbox_charges SET webhook_due_at_ms = NULL WHERE id IN (?)', {
          replacements: [[...chargeIds]],
          type: QueryTypes.UPDATE,
          transaction: tx,
        }),
      );
    },

    /** The next charges by id, from the one after `after` on, for whoever compares the books with the payments. */
    totals: ({ after, limit }: { after: string; limit: number }): Promise<SandboxTotals[]> =>
      totalsWhere('id > ? ORDER BY id LIMIT ?', [after, limit]),

    /** Those of these charges that are booked. */
    totalsOf: (chargeIds: readonly string[]): Promise<SandboxTotals[]> => totalsWhere('id IN (?)', [[...chargeIds]]),
  };
}

export type SandboxLedger = ReturnType<typeof createSandboxLedger>;
