import type { MigrationContext } from '@jetbridge/service-kit/database/migrate.ts';

/** `slot` is 'active' for the one key that signs, and empty for those that are only published still. */
export async function up({ run, types }: MigrationContext): Promise<void> {
  await run(`CREATE TABLE signing_keys (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    slot VARCHAR(16) UNIQUE,
    public_key ${types.longText} NOT NULL,
    sealed_private_key ${types.longText} NOT NULL,
    created_at_ms BIGINT NOT NULL,
    CHECK (slot = 'active')
  )`);
}
