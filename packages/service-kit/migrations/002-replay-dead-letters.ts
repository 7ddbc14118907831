import type { MigrationContext } from '../src/database/migrate.ts';

export async function up({ run }: MigrationContext): Promise<void> {
  await run('ALTER TABLE dead_letters ADD COLUMN replay_requested_at_ms BIGINT');
}
