import type { MigrationContext } from '@jetbridge/service-kit/database/migrate.ts';

export async function up({ run }: MigrationContext): Promise<void> {
  // Raised by each change of what a user wants mailed; no row: never changed.
  await run(`CREATE TABLE notification_preferences (
    user_id VARCHAR(40) NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL
  )`);
  // Kinds that a user wants no mails of about their bookings, or an address none of at all.
  await run(`CREATE TABLE switched_off_mails (
    holder_type VARCHAR(8) NOT NULL,
    holder VARCHAR(254) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    PRIMARY KEY (holder_type, holder, kind),
    CONSTRAINT switched_off_mails_holder CHECK (holder_type IN ('user', 'address'))
  )`);
  // Addresses that a mail server refused for good, each for the booking whose mail it was.
  await run(`CREATE TABLE refused_addresses (
    booking_id VARCHAR(40) NOT NULL,
    address VARCHAR(254) NOT NULL,
    refused_at_ms BIGINT NOT NULL,
    PRIMARY KEY (booking_id, address)
  )`);
  await run('CREATE INDEX refused_addresses_by_age ON refused_addresses (refused_at_ms)');
  // When the next mail of all processes may go, by the database's clock.
  await run(`CREATE TABLE sending_pace (
    id INTEGER NOT NULL PRIMARY KEY,
    next_at_ms BIGINT NOT NULL,
    CONSTRAINT sending_pace_one CHECK (id = 1)
  )`);
  await run('INSERT INTO sending_pace (id, next_at_ms) VALUES (1, 0)');
  // How many mails an address was sent in an hour of the database's clock.
  await run(`CREATE TABLE recipient_hours (
    hour_start_ms BIGINT NOT NULL,
    recipient VARCHAR(254) NOT NULL,
    mails INTEGER NOT NULL,
    PRIMARY KEY (hour_start_ms, recipient)
  )`);
}
