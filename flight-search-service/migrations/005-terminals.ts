import type { MigrationContext } from '@jetbridge/service-kit/database/migrate.ts';

export async function up({ run }: MigrationContext): Promise<void> {
  await run('ALTER TABLE flights ADD COLUMN departure_terminal VARCHAR(2)');
  await run('ALTER TABLE flights ADD COLUMN arrival_terminal VARCHAR(2)');
}
