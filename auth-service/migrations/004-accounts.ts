import type { MigrationContext } from '@jetbridge/service-kit/database/migrate.ts';

export async function up({ run }: MigrationContext): Promise<void> {
  // What is left of a deleted account is its id: rows of other tables, and other services, go on naming it.
  await run('ALTER TABLE users ADD COLUMN deleted_at_ms BIGINT');

  // Addresses that somebody says they forgot the password of. Whether there is an account is looked up after the answer.
  await run(`CREATE TABLE forgotten_passwords (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    email VARCHAR(254) NOT NULL,
    request_id VARCHAR(128),
    asked_at_ms BIGINT NOT NULL
  )`);

  // Requests for a mail with a secret. The hash is there once the mail was made; the row goes when the secret is used.
  await run(`CREATE TABLE mail_requests (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    user_id VARCHAR(40) NOT NULL,
    purpose VARCHAR(20) NOT NULL,
    asked_at_ms BIGINT NOT NULL,
    token_hash VARCHAR(64) UNIQUE,
    token_expires_at_ms BIGINT,
    FOREIGN KEY (user_id) REFERENCES users (id),
    CHECK (purpose IN ('password_reset', 'email_verification')),
    CHECK ((token_hash IS NULL) = (token_expires_at_ms IS NULL))
  )`);
  await run('CREATE INDEX mail_requests_by_user ON mail_requests (user_id, purpose, asked_at_ms)');
  await run('CREATE INDEX mail_requests_by_age ON mail_requests (asked_at_ms)');

  // Tries of passwords, by a keyed hash of whose they were or where they came from, and the window of time.
  await run(`CREATE TABLE password_tries (
    subject_hash VARCHAR(64) NOT NULL,
    window_start_ms BIGINT NOT NULL,
    tries INTEGER NOT NULL,
    PRIMARY KEY (subject_hash, window_start_ms),
    CHECK (tries >= 0)
  )`);
  await run('CREATE INDEX password_tries_by_window ON password_tries (window_start_ms)');

  // Addresses, as keyed hashes, that users signed in from.
  await run(`CREATE TABLE familiar_addresses (
    user_id VARCHAR(40) NOT NULL,
    address_hash VARCHAR(64) NOT NULL,
    last_used_at_ms BIGINT NOT NULL,
    PRIMARY KEY (user_id, address_hash),
    FOREIGN KEY (user_id) REFERENCES users (id)
  )`);
  await run('CREATE INDEX familiar_addresses_by_age ON familiar_addresses (last_used_at_ms)');
}
