import type { MigrationContext } from '@jetbridge/service-kit/database/migrate.ts';

/**
 * `traces_since_ms` is there while an e-mail or client address stands beside the entry of a sign-in, and is erased with it:
 * the index holds no more than what is still to be erased.
 */
export async function up({ run }: MigrationContext): Promise<void> {
  await run('ALTER TABLE audit_log ADD COLUMN traces_since_ms BIGINT');
  await run(`UPDATE audit_log SET traces_since_ms = at_ms
    WHERE email IS NOT NULL OR (actor IS NULL AND address IS NOT NULL)`);
  await run('CREATE INDEX audit_log_by_traces ON audit_log (traces_since_ms)');
}
