import type { MigrationContext } from '@jetbridge/service-kit/database/migrate.ts';

export async function up({ run }: MigrationContext): Promise<void> {
  // Wrong tries to look a booking up, by a hash of the reference that was tried and the window of time.
  await run(`CREATE TABLE lookup_attempts (
    reference_hash VARCHAR(64) NOT NULL,
    window_start_ms BIGINT NOT NULL,
    wrong_tries INTEGER NOT NULL,
    PRIMARY KEY (reference_hash, window_start_ms)
  )`);
  await run('CREATE INDEX lookup_attempts_by_window ON lookup_attempts (window_start_ms)');
}
