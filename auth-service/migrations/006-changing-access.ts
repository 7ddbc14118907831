import type { MigrationContext } from '@jetbridge/service-kit/database/migrate.ts';

/**
 * `customised_at_ms`: since when a built-in role is what people made of it, and no longer what the code says.
 *
 * `access_changes` is what every service has to hear of within seconds. Positions are given out under the lock of the one row of
 * `access_changes_head`, so that they become visible in their order; a counted key would be visible in the order of commits.
 */
export async function up({ run }: MigrationContext): Promise<void> {
  await run('ALTER TABLE roles ADD COLUMN customised_at_ms BIGINT');
  await run(`CREATE TABLE access_changes (
    position BIGINT NOT NULL PRIMARY KEY,
    kind VARCHAR(16) NOT NULL,
    subject VARCHAR(40) NOT NULL,
    version INTEGER,
    changed_at_ms BIGINT NOT NULL,
    CHECK (kind IN ('user', 'session')),
    CHECK ((kind = 'user') = (version IS NOT NULL))
  )`);
  await run('CREATE INDEX access_changes_by_time ON access_changes (changed_at_ms)');
  await run(`CREATE TABLE access_changes_head (
    id INTEGER NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL,
    CHECK (id = 1)
  )`);
  await run('INSERT INTO access_changes_head (id, position) VALUES (1, 0)');
}
