import type { MigrationContext } from '@jetbridge/service-kit/database/migrate.ts';

export async function up({ run, types }: MigrationContext): Promise<void> {
  await run(`CREATE TABLE bookings (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    user_id VARCHAR(40) NOT NULL,
    version INTEGER NOT NULL,
    document ${types.longText} NOT NULL
  )`);
  await run(`CREATE TABLE reminders (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    booking_id VARCHAR(40) NOT NULL,
    booking_reference VARCHAR(6) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    flight_id VARCHAR(40) NOT NULL,
    departs_at_ms BIGINT NOT NULL,
    recipient VARCHAR(254) NOT NULL,
    due_at_ms BIGINT NOT NULL,
    send_until_ms BIGINT NOT NULL,
    attempt_at_ms BIGINT NOT NULL,
    status VARCHAR(12) NOT NULL,
    reason VARCHAR(32),
    attempts INTEGER NOT NULL,
    lease_holder VARCHAR(40),
    lease_until_ms BIGINT,
    sent_at_ms BIGINT,
    last_error VARCHAR(500),
    CONSTRAINT reminders_once_per_departure UNIQUE (booking_id, kind, flight_id, departs_at_ms),
    CONSTRAINT reminders_status CHECK (status IN ('scheduled', 'sending', 'sent', 'skipped', 'cancelled', 'failed')),
    CONSTRAINT reminders_attempts CHECK (attempts >= 0),
    CONSTRAINT reminders_lease CHECK (status <> 'sending' OR (lease_holder IS NOT NULL AND lease_until_ms IS NOT NULL)),
    CONSTRAINT reminders_sent CHECK (status <> 'sent' OR sent_at_ms IS NOT NULL)
  )`);
  await run('CREATE INDEX reminders_to_send ON reminders (status, attempt_at_ms)');
  await run('CREATE INDEX reminders_by_lease ON reminders (status, lease_until_ms)');
  await run('CREATE INDEX reminders_by_due ON reminders (due_at_ms, id)');
  await run('CREATE INDEX reminders_by_status ON reminders (status, due_at_ms, id)');
  await run('CREATE INDEX reminders_by_recipient ON reminders (recipient, due_at_ms, id)');
  await run(`CREATE TABLE sandbox_clock (
    id INTEGER NOT NULL PRIMARY KEY,
    offset_ms BIGINT NOT NULL,
    CONSTRAINT sandbox_clock_one CHECK (id = 1),
    CONSTRAINT sandbox_clock_forward CHECK (offset_ms >= 0)
  )`);
  await run('INSERT INTO sandbox_clock (id, offset_ms) VALUES (1, 0)');
  await run(`CREATE TABLE sandbox_mails (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    recipient VARCHAR(254) NOT NULL,
    sent_at_ms BIGINT NOT NULL
  )`);
  await run('CREATE INDEX sandbox_mails_by_age ON sandbox_mails (sent_at_ms, id)');
  await run('CREATE INDEX sandbox_mails_by_recipient ON sandbox_mails (recipient, sent_at_ms, id)');
}
