import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes, type Transaction } from 'sequelize';

/** The one row that says how far business time runs ahead of real time, in milliseconds. */
export type ClockOffset = ReturnType<typeof createClockOffset>;

export function createClockOffset({ sequelize, write }: Database) {
  async function read(tx?: Transaction): Promise<number> {
    const [row] = await sequelize.query<{ offset_ms: number }>('SELECT offset_ms FROM sandbox_clock WHERE id = 1', {
      type: QueryTypes.SELECT,
      transaction: tx ?? null,
    });
    return Number(row?.offset_ms ?? 0);
  }

  return {
    read: () => read(),
    /**
     * Adds to the offset, unless it would pass the maximum; two that do so at once add up.
     * @returns the new offset, or nothing when it would be too large.
     */
    advance: (byMs: number, maximumMs: number): Promise<number | undefined> =>
      write(async (tx) => {
        const sql = 'UPDATE sandbox_clock SET offset_ms = offset_ms + ? WHERE id = 1';
        await sequelize.query(sql, { replacements: [byMs], type: QueryTypes.UPDATE, transaction: tx });
        const offsetMs = await read(tx);
        if (offsetMs <= maximumMs) return offsetMs;
        await sequelize.query(sql, { replacements: [-byMs], type: QueryTypes.UPDATE, transaction: tx });
        return undefined;
      }),
  };
}
