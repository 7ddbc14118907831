import type { MigrationContext } from '@jetbridge/service-kit/database/migrate.ts';

/** Users who left, and when to look next whether what their bookings told of them can go; null when all of it is gone. */
export async function up({ run }: MigrationContext): Promise<void> {
  await run(`CREATE TABLE deleted_users (
    user_id VARCHAR(40) NOT NULL PRIMARY KEY,
    look_at_ms BIGINT
  )`);
  await run('CREATE INDEX deleted_users_to_look_at ON deleted_users (look_at_ms)');
}
