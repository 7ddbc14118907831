import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes, type Transaction } from 'sequelize';

type Row = { user_id: string; seats: number };

/** How many seats each user holds without paying for them. */
export function createUserHolds({ sequelize, dialect }: Database) {
  return {
    /** Locks the counts of users until the transaction ends, in the order of their ids. */
    lock: async (userIds: readonly string[], tx: Transaction): Promise<Map<string, number>> => {
      const ordered = userIds.toSorted();
      const rows = ordered.map((userId) => ({ user_id: userId, seats: 0 }));
      await dialect.insertOrKeep(sequelize, 'user_holds', rows, tx);
      return select(ordered, dialect.forUpdate, tx);
    },
    /** The counts as they were a moment ago. */
    read: (userIds: readonly string[], tx: Transaction): Promise<Map<string, number>> => select(userIds, '', tx),
  };

  async function select(userIds: readonly string[], lock: string, tx: Transaction): Promise<Map<string, number>> {
    const found = await sequelize.query<Row>(
      `SELECT user_id, seats FROM user_holds WHERE user_id IN (?) ORDER BY user_id ${lock}`,
      { replacements: [[...userIds]], type: QueryTypes.SELECT, transaction: tx },
    );
    return new Map(found.map((row) => [row.user_id, Number(row.seats)]));
  }
}

export type UserHolds = ReturnType<typeof createUserHolds>;
