import { createHash } from 'node:crypto';
import type { Booking } from '@jetbridge/contracts/bookings/schemas.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { HttpProblem } from '@jetbridge/service-kit/http/problems.ts';
import type { Transaction } from 'sequelize';
import type { Models } from './models.ts';

/** A request that came with an `Idempotency-Key`. */
export type Claim = {
  readonly userId: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly requestId: string;
};

/** Another request has the key. */
class KeyTaken extends Error {
  override readonly name = 'KeyTaken';
}

export type IdempotencyKeys = ReturnType<typeof createIdempotencyKeys>;

/** Keys are claimed in the transaction of the hold, and answered in that of the confirmation. */
export function createIdempotencyKeys({ database, models }: { database: Database; models: Models }) {
  return {
    fingerprintOf: (body: object): string =>
      createHash('sha256')
        .update(`POST /bookings ${JSON.stringify(body)}`)
        .digest('hex'),

    /** @throws KeyTaken */
    claim: async (claim: Claim, paymentId: string, tx: Transaction): Promise<void> => {
      const { userId, key, fingerprint, requestId } = claim;
      const row = {
        userId,
        idempotencyKey: key,
        fingerprint,
        requestId,
        paymentId,
        answerStatus: null,
        answerVersion: null,
        answerBody: null,
        createdAtMs: Date.now(),
      };
      try {
        await models.Key.create(row, { transaction: tx });
      } catch (error) {
        // SQLite names a column of the key, MariaDB the key.
        const taken = ['idempotency_key', 'PRIMARY'].some((name) => database.dialect.isUniqueViolation(error, name));
        throw taken ? new KeyTaken('The key is taken.', { cause: error }) : error;
      }
    },

    isTaken: (error: unknown): boolean => error instanceof KeyTaken,

    /** The answer that was given under a key that is taken. @throws HttpProblem 409 or 422. */
    replay: async ({ userId, key, fingerprint }: Claim): Promise<string> => {
      const row = (await models.Key.findOne({ where: { userId, idempotencyKey: key } }))?.dataValues;
      if (row && row.fingerprint !== fingerprint) {
        throw new HttpProblem({ status: 422, code: 'idempotency_key_reused', detail: 'The key was used before.' });
      }
      if (row?.answerBody) return row.answerBody;
      throw new HttpProblem({
        status: 409,
        code: 'idempotency_in_progress',
        detail: 'The first request with this key has no outcome yet.',
        headers: { 'Retry-After': '1' },
      });
    },

    answer: async ({ userId, key }: Claim, booking: Booking, tx: Transaction): Promise<void> => {
      await models.Key.update(
        { answerStatus: 201, answerVersion: booking.version, answerBody: JSON.stringify(booking) },
        { where: { userId, idempotencyKey: key }, transaction: tx },
      );
    },

    /** After a refusal: the request may be made again. */
    release: async ({ userId, key }: Claim, tx: Transaction): Promise<void> => {
      await models.Key.destroy({ where: { userId, idempotencyKey: key }, transaction: tx });
    },
  };
}
