import type { MigrationContext } from '@jetbridge/service-kit/database/migrate.ts';

/** A key is published first, signs from a moment on, and leaves when the last token that it signed has ended. */
export async function up({ run }: MigrationContext): Promise<void> {
  await run('ALTER TABLE signing_keys ADD COLUMN signs_from_ms BIGINT');
  await run('ALTER TABLE signing_keys ADD COLUMN leaves_at_ms BIGINT');
}
