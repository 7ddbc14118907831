import type { MigrationContext } from '@jetbridge/service-kit/database/migrate.ts';

export async function up({ run }: MigrationContext): Promise<void> {
  await run(`CREATE TABLE sessions (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    user_id VARCHAR(40) NOT NULL,
    user_agent VARCHAR(400),
    address VARCHAR(64),
    created_at_ms BIGINT NOT NULL,
    last_used_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    ended_at_ms BIGINT,
    end_reason VARCHAR(40),
    FOREIGN KEY (user_id) REFERENCES users (id),
    CHECK ((ended_at_ms IS NULL) = (end_reason IS NULL))
  )`);
  await run('CREATE INDEX sessions_by_user ON sessions (user_id)');
  await run('CREATE INDEX sessions_by_expiry ON sessions (expires_at_ms)');
  await run('CREATE INDEX sessions_by_end ON sessions (ended_at_ms)');
  await run(`CREATE TABLE refresh_tokens (
    token_hash VARCHAR(64) NOT NULL PRIMARY KEY,
    session_id VARCHAR(40) NOT NULL,
    generation INTEGER NOT NULL,
    issued_at_ms BIGINT NOT NULL,
    used_at_ms BIGINT,
    UNIQUE (session_id, generation),
    FOREIGN KEY (session_id) REFERENCES sessions (id),
    CHECK (generation > 0)
  )`);
}
