import type { MigrationContext } from '@jetbridge/service-kit/database/migrate.ts';

/**
 * Rows are added and never changed, but for `email`, `address` and their salts, which may be erased. `digest` columns stay
 * and are what the chain covers; `hash` is over the row and the `hash` of the position before. The head is the one row
 * whose lock puts all writers in one order.
 */
export async function up({ run, types }: MigrationContext): Promise<void> {
  await run(`CREATE TABLE audit_log (
    position BIGINT NOT NULL PRIMARY KEY,
    id VARCHAR(40) NOT NULL UNIQUE,
    at_ms BIGINT NOT NULL,
    service VARCHAR(32) NOT NULL,
    actor VARCHAR(40),
    action VARCHAR(64) NOT NULL,
    target_type VARCHAR(32),
    target VARCHAR(100),
    before_json ${types.longText},
    after_json ${types.longText},
    request_id VARCHAR(128),
    email VARCHAR(254),
    email_salt VARCHAR(32),
    email_digest VARCHAR(64),
    address VARCHAR(64),
    address_salt VARCHAR(32),
    address_digest VARCHAR(64),
    previous_hash VARCHAR(64) NOT NULL,
    hash VARCHAR(64) NOT NULL,
    CHECK (position > 0),
    CHECK ((email IS NULL) = (email_salt IS NULL)),
    CHECK ((address IS NULL) = (address_salt IS NULL))
  )`);
  await run('CREATE INDEX audit_log_by_actor ON audit_log (actor, position)');
  await run('CREATE INDEX audit_log_by_target ON audit_log (target, position)');
  await run('CREATE INDEX audit_log_by_action ON audit_log (action, position)');
  await run('CREATE INDEX audit_log_by_time ON audit_log (at_ms)');
  await run('CREATE INDEX audit_log_by_email ON audit_log (email)');
  await run(`CREATE TABLE audit_log_head (
    id INTEGER NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL,
    hash VARCHAR(64) NOT NULL,
    CHECK (id = 1)
  )`);
  await run("INSERT INTO audit_log_head (id, position, hash) VALUES (1, 0, '')");
}
