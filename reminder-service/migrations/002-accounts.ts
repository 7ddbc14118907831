import type { MigrationContext } from '@jetbridge/service-kit/database/migrate.ts';

export async function up({ run }: MigrationContext): Promise<void> {
  // Whose account a mail is about; null in mails about bookings. In a mail about an account `booking_id` holds the id of
  // what was asked for at auth-service, and the reference is empty.
  await run('ALTER TABLE reminders ADD COLUMN user_id VARCHAR(40)');
  await run('CREATE INDEX reminders_by_user ON reminders (user_id)');
  await run('CREATE INDEX bookings_by_user ON bookings (user_id)');

  // Users who left, and when to look next whether what their bookings told of them can go; null when all of it is gone.
  await run(`CREATE TABLE deleted_users (
    user_id VARCHAR(40) NOT NULL PRIMARY KEY,
    look_at_ms BIGINT
  )`);
  await run('CREATE INDEX deleted_users_to_look_at ON deleted_users (look_at_ms)');
}
