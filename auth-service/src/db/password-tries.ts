import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes, type Transaction } from 'sequelize';

/** A count to be raised, under the hash of what it is counted on. */
export type TriesCount = { readonly subjectHash: string; readonly limit: number };

/** The most addresses of one user that are remembered. */
const maximumFamiliar = 20;

/** How many passwords were tried, and the addresses that users are known to come from. */
export function createPasswordTries({ sequelize, dialect }: Database) {
  async function read(subjectHashes: readonly string[], windowStartMs: number, tx: Transaction | null) {
    const rows = await sequelize.query<{ subject_hash: string; tries: number }>(
      'SELECT subject_hash, tries FROM password_tries WHERE window_start_ms = ? AND subject_hash IN (?)',
      { replacements: [windowStartMs, subjectHashes], type: QueryTypes.SELECT, transaction: tx },
    );
    return new Map(rows.map(({ subject_hash, tries }) => [subject_hash, Number(tries)]));
  }

  async function change(by: 1 | -1, subjectHash: string, windowStartMs: number, tx: Transaction): Promise<void> {
    await sequelize.query(
      `UPDATE password_tries SET tries = tries + ? WHERE subject_hash = ? AND window_start_ms = ? AND tries + ? >= 0`,
      { replacements: [by, subjectHash, windowStartMs, by], type: QueryTypes.UPDATE, transaction: tx },
    );
  }

  return {
    /** Whether some count has reached its limit already. */
    isUsedUp: async (counts: readonly TriesCount[], windowStartMs: number): Promise<boolean> => {
      const found = await read(hashesOf(counts), windowStartMs, null);
      return counts.some(({ subjectHash, limit }) => (found.get(subjectHash) ?? 0) >= limit);
    },

    /**
     * Counts one more try on all of these, locking them in the order of their hashes.
     * @returns those that have just reached their limit; nothing when one of them goes past it, and then the transaction
     * has to be given up.
     */
    count: async <Count extends TriesCount>(
      counts: readonly Count[],
      windowStartMs: number,
      tx: Transaction,
    ): Promise<readonly Count[] | undefined> => {
      const hashes = hashesOf(counts);
      for (const subjectHash of hashes) {
        const row = { subject_hash: subjectHash, window_start_ms: windowStartMs, tries: 0 };
        await dialect.insertOrKeep(sequelize, 'password_tries', [row], tx);
        await change(1, subjectHash, windowStartMs, tx);
      }
      const counted = await read(hashes, windowStartMs, tx);
      const triesOf = ({ subjectHash }: Count) => counted.get(subjectHash) ?? 0;
      if (counts.some((count) => triesOf(count) > count.limit)) return undefined;
      return counts.filter((count) => triesOf(count) === count.limit);
    },

    /** Takes back what `count` counted. */
    uncount: async (counts: readonly TriesCount[], windowStartMs: number, tx: Transaction): Promise<void> => {
      for (const subjectHash of hashesOf(counts)) await change(-1, subjectHash, windowStartMs, tx);
    },

    isFamiliar: async (userId: string, addressHash: string): Promise<boolean> => {
      const rows = await sequelize.query('SELECT 1 FROM familiar_addresses WHERE user_id = ? AND address_hash = ?', {
        replacements: [userId, addressHash],
        type: QueryTypes.SELECT,
      });
      return rows.length > 0;
    },

    /** Remembers that a user comes from there; the address that was not used for the longest time may go for it. */
    makeFamiliar: async (
      address: { userId: string; addressHash: string; nowMs: number },
      tx: Transaction,
    ): Promise<void> => {
      const { userId, addressHash, nowMs } = address;
      const row = { user_id: userId, address_hash: addressHash, last_used_at_ms: nowMs };
      await dialect.insertOrReplace(sequelize, 'familiar_addresses', [row], ['user_id', 'address_hash'], tx);
      const surplus = await sequelize.query<{ address_hash: string }>(
        `SELECT address_hash FROM familiar_addresses WHERE user_id = ?
         ORDER BY last_used_at_ms DESC, address_hash LIMIT 100 OFFSET ${maximumFamiliar}`,
        { replacements: [userId], type: QueryTypes.SELECT, transaction: tx },
      );
      if (surplus.length === 0) return;
      await sequelize.query('DELETE FROM familiar_addresses WHERE user_id = ? AND address_hash IN (?)', {
        replacements: [userId, surplus.map(({ address_hash }) => address_hash)],
        transaction: tx,
      });
    },

    forgetAddressesOf: async (userId: string, tx: Transaction): Promise<void> => {
      await sequelize.query('DELETE FROM familiar_addresses WHERE user_id = ?', {
        replacements: [userId],
        transaction: tx,
      });
    },

    /** Deletes a bounded number of rows that are too old to matter, and returns how many those were. */
    purge: async (before: { windowMs: number; usedMs: number }, limit: number, tx: Transaction): Promise<number> => {
      const windows = await sequelize.query<{ subject_hash: string }>(
        `SELECT subject_hash FROM password_tries WHERE window_start_ms < ? ORDER BY window_start_ms LIMIT ?`,
        { replacements: [before.windowMs, limit], type: QueryTypes.SELECT, transaction: tx },
      );
      const addresses = await sequelize.query<{ user_id: string; address_hash: string }>(
        `SELECT user_id, address_hash FROM familiar_addresses WHERE last_used_at_ms < ? ORDER BY last_used_at_ms LIMIT ?`,
        { replacements: [before.usedMs, limit], type: QueryTypes.SELECT, transaction: tx },
      );
      if (windows.length > 0) {
        await sequelize.query('DELETE FROM password_tries WHERE window_start_ms < ? AND subject_hash IN (?)', {
          replacements: [before.windowMs, windows.map(({ subject_hash }) => subject_hash)],
          transaction: tx,
        });
      }
      for (const { user_id, address_hash } of addresses) {
        await sequelize.query(
          'DELETE FROM familiar_addresses WHERE user_id = ? AND address_hash = ? AND last_used_at_ms < ?',
          { replacements: [user_id, address_hash, before.usedMs], transaction: tx },
        );
      }
      return windows.length + addresses.length;
    },
  };
}

export type PasswordTries = ReturnType<typeof createPasswordTries>;

const hashesOf = (counts: readonly TriesCount[]) => counts.map(({ subjectHash }) => subjectHash).toSorted();
