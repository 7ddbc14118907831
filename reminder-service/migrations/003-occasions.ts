import type { MigrationContext } from '@jetbridge/service-kit/database/migrate.ts';

export async function up({ run, types }: MigrationContext): Promise<void> {
  // Mails that a booking can have several of have what they are about (`v7`, the id of a payment) in `flight_id`, which
  // is part of the unique key. What they tell beside the present state of the booking is a document of its own.
  await run(`ALTER TABLE reminders ADD COLUMN details ${types.longText}`);
}
