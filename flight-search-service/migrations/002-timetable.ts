import type { MigrationContext } from '@jetbridge/service-kit/database/migrate.ts';

export async function up({ run }: MigrationContext): Promise<void> {
  await run(`CREATE TABLE timetable (
    name VARCHAR(20) NOT NULL PRIMARY KEY,
    filled_through VARCHAR(10) NOT NULL
  )`);
}
