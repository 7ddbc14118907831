import type { MigrationContext } from '@jetbridge/service-kit/database/migrate.ts';

export async function up({ run }: MigrationContext): Promise<void> {
  await run('ALTER TABLE flight_inventories ADD COLUMN flight_version INTEGER NOT NULL DEFAULT 0');
  await run('ALTER TABLE segments ADD COLUMN flight_version INTEGER NOT NULL DEFAULT 0');
  await run(`CREATE TABLE flight_follow_ups (
    flight_id VARCHAR(40) NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL
  )`);
}
