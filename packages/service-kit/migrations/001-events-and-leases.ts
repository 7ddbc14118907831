import type { MigrationContext } from '../src/database/migrate.ts';

export async function up({ run, types }: MigrationContext): Promise<void> {
  await run(`CREATE TABLE outbox (
    id ${types.autoId},
    event_id VARCHAR(40) NOT NULL UNIQUE,
    type VARCHAR(64) NOT NULL,
    subject VARCHAR(64) NOT NULL,
    envelope ${types.longText} NOT NULL,
    created_at_ms BIGINT NOT NULL,
    published_at_ms BIGINT
  )`);
  await run('CREATE INDEX outbox_unpublished ON outbox (published_at_ms, id)');
  await run(`CREATE TABLE inbox (
    event_id VARCHAR(40) NOT NULL PRIMARY KEY,
    received_at_ms BIGINT NOT NULL
  )`);
  await run('CREATE INDEX inbox_by_age ON inbox (received_at_ms)');
  await run(`CREATE TABLE feed_cursors (
    producer VARCHAR(64) NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL,
    failures INTEGER NOT NULL
  )`);
  await run(`CREATE TABLE dead_letters (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    event_id VARCHAR(40) NOT NULL,
    type VARCHAR(64) NOT NULL,
    envelope ${types.longText} NOT NULL,
    error ${types.longText} NOT NULL,
    dead_at_ms BIGINT NOT NULL
  )`);
  await run(`CREATE TABLE leases (
    name VARCHAR(64) NOT NULL PRIMARY KEY,
    holder VARCHAR(40) NOT NULL,
    expires_at_ms BIGINT NOT NULL
  )`);
}
