import type { SqlRow } from '@jetbridge/service-kit/database/dialect.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import type { WrittenAnswer } from '@jetbridge/service-kit/http/app.ts';
import { QueryTypes, type Transaction } from 'sequelize';

/** A key as it was claimed by a request. */
export type ClaimedKey = {
  readonly userId: string;
  readonly key: string;
  /** Of method, path and body: another request must not use the same key. */
  readonly fingerprint: string;
  /** Of the request that claimed it. */
  readonly requestId: string;
  /** The payment whose outcome is waited for. */
  readonly paymentId: string | null;
  /** Null while the outcome is not known. */
  readonly answer: WrittenAnswer | null;
  readonly createdAtMs: number;
};

type Row = {
  user_id: string;
  idempotency_key: string;
  fingerprint: string;
  request_id: string;
  payment_id: string | null;
  answer_status: number | null;
  answer_version: number | null;
  answer_body: string | null;
  created_at_ms: number;
};

/** Keys deleted by one statement. */
const purgeBatch = 500;

/** Which requests were made under a key, and what they were answered. */
export function createIdempotencyKeys({ sequelize }: Database) {
  return {
    /** Those of these keys that are claimed. */
    find: async (
      keys: readonly { readonly userId: string; readonly key: string }[],
      tx: Transaction,
    ): Promise<ClaimedKey[]> => {
      const places = keys.map(() => '(user_id = ? AND idempotency_key = ?)').join(' OR ');
      const rows = await sequelize.query<Row>(`SELECT * FROM idempotency_keys WHERE ${places}`, {
        replacements: keys.flatMap(({ userId, key }) => [userId, key]),
        type: QueryTypes.SELECT,
        transaction: tx,
      });
      return rows.map(toClaimedKey);
    },

    /** Deletes a bounded number of keys claimed before that moment, and returns how many those were. */
    purge: async (beforeMs: number): Promise<number> => {
      const rows = await sequelize.query<Pick<Row, 'user_id' | 'idempotency_key'>>(
        'SELECT user_id, idempotency_key FROM idempotency_keys WHERE created_at_ms < ? ORDER BY created_at_ms LIMIT ?',
        { replacements: [beforeMs, purgeBatch], type: QueryTypes.SELECT },
      );
      if (rows.length === 0) return 0;
      const places = rows.map(() => '(user_id = ? AND idempotency_key = ?)').join(' OR ');
      // By age as well: a key that was forgotten meanwhile may have been claimed anew.
      await sequelize.query(`DELETE FROM idempotency_keys WHERE created_at_ms < ? AND (${places})`, {
        replacements: [beforeMs, ...rows.flatMap((row) => [row.user_id, row.idempotency_key])],
        type: QueryTypes.DELETE,
      });
      return rows.length;
    },
  };
}

export type IdempotencyKeys = ReturnType<typeof createIdempotencyKeys>;

export function keyRow(claimed: ClaimedKey): SqlRow {
  return {
    user_id: claimed.userId,
    idempotency_key: claimed.key,
    fingerprint: claimed.fingerprint,
    request_id: claimed.requestId,
    payment_id: claimed.paymentId,
    answer_status: claimed.answer?.status ?? null,
    answer_version: claimed.answer?.version ?? null,
    answer_body: claimed.answer?.body ?? null,
    created_at_ms: claimed.createdAtMs,
  };
}

function toClaimedKey(row: Row): ClaimedKey {
  const answer =
    row.answer_status === null || row.answer_body === null
      ? null
      : {
          status: Number(row.answer_status),
          version: row.answer_version === null ? null : Number(row.answer_version),
          body: row.answer_body,
        };
  return {
    userId: row.user_id,
    key: row.idempotency_key,
    fingerprint: row.fingerprint,
    requestId: row.request_id,
    paymentId: row.payment_id,
    answer,
    createdAtMs: Number(row.created_at_ms),
  };
}
