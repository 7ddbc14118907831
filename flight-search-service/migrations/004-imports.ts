import type { MigrationContext } from '@jetbridge/service-kit/database/migrate.ts';

export async function up({ run, types }: MigrationContext): Promise<void> {
  await run(`CREATE TABLE imports (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    status VARCHAR(12) NOT NULL,
    created_by VARCHAR(40) NOT NULL,
    created_at_ms BIGINT NOT NULL,
    progress_at_ms BIGINT NOT NULL,
    report ${types.longText} NOT NULL,
    CONSTRAINT imports_status CHECK (status IN ('running', 'succeeded', 'failed'))
  )`);
}
