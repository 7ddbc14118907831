import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes } from 'sequelize';

/** How far the world timetable has been filled. */
export function createTimetableProgress(database: Database) {
  const { sequelize, dialect } = database;
  return {
    /** The last local day that is filled, or nothing. */
    async filledThrough(): Promise<string | undefined> {
      const [row] = await sequelize.query<{ filled_through: string }>(
        "SELECT filled_through FROM timetable WHERE name = 'world'",
        { type: QueryTypes.SELECT },
      );
      return row?.filled_through;
    },
    async noteFilledThrough(localDate: string): Promise<void> {
      await database.write(async (tx) => {
        const row = { name: 'world', filled_through: localDate };
        await dialect.insertOrKeep(sequelize, 'timetable', [row], tx);
        await sequelize.query("UPDATE timetable SET filled_through = ? WHERE name = 'world'", {
          replacements: [localDate],
          type: QueryTypes.UPDATE,
          transaction: tx,
        });
      });
    },
  };
}

export type TimetableProgress = ReturnType<typeof createTimetableProgress>;
