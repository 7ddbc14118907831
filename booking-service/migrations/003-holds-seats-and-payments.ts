import type { MigrationContext } from '@jetbridge/service-kit/database/migrate.ts';

export async function up({ run, types }: MigrationContext): Promise<void> {
  // The cabin's layout as the contract has it, and which of its seats are taken, as `domain/seats/seat-set.ts` writes it.
  // Both are null while the layout is not known.
  await run(`ALTER TABLE cabin_inventories ADD COLUMN layout ${types.longText}`);
  await run(`ALTER TABLE cabin_inventories ADD COLUMN taken_seats ${types.longText}`);

  // 0 while nobody was told of the booking: the request that makes it is still waiting for its payment.
  await run('ALTER TABLE bookings ADD COLUMN announced INTEGER NOT NULL DEFAULT 1');
  await run('CREATE INDEX bookings_by_hold ON bookings (hold_expires_at_ms)');

  await run(`CREATE TABLE seats (
    flight_id VARCHAR(40) NOT NULL,
    seat VARCHAR(5) NOT NULL,
    booking_id VARCHAR(40) NOT NULL,
    passenger_id VARCHAR(40) NOT NULL,
    PRIMARY KEY (flight_id, seat),
    CONSTRAINT seats_one_each UNIQUE (passenger_id, flight_id)
  )`);
  await run('CREATE INDEX seats_by_booking ON seats (booking_id)');

  await run(`CREATE TABLE payments (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    booking_id VARCHAR(40) NOT NULL,
    active_booking_id VARCHAR(40),
    user_id VARCHAR(40) NOT NULL,
    provider VARCHAR(20) NOT NULL,
    method VARCHAR(20) NOT NULL,
    token VARCHAR(200),
    amount_minor BIGINT NOT NULL,
    currency VARCHAR(3) NOT NULL,
    status VARCHAR(12) NOT NULL,
    failure_code VARCHAR(60),
    provider_reference VARCHAR(200),
    idempotency_key VARCHAR(255),
    version INTEGER NOT NULL,
    created_at_ms BIGINT NOT NULL,
    updated_at_ms BIGINT NOT NULL,
    attempt_deadline_ms BIGINT,
    CONSTRAINT payments_one_open_or_succeeded UNIQUE (active_booking_id),
    CONSTRAINT payments_status CHECK (status IN ('processing', 'succeeded', 'failed', 'refunded')),
    CONSTRAINT payments_amount CHECK (amount_minor >= 0)
  )`);
  await run('CREATE INDEX payments_by_booking ON payments (booking_id)');
  await run('CREATE INDEX payments_by_deadline ON payments (attempt_deadline_ms)');

  await run(`CREATE TABLE refunds (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    payment_id VARCHAR(40) NOT NULL,
    booking_id VARCHAR(40) NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency VARCHAR(3) NOT NULL,
    status VARCHAR(12) NOT NULL,
    rule VARCHAR(40) NOT NULL,
    failure_code VARCHAR(60),
    provider_reference VARCHAR(200),
    created_at_ms BIGINT NOT NULL,
    updated_at_ms BIGINT NOT NULL,
    attempt_deadline_ms BIGINT,
    CONSTRAINT refunds_status CHECK (status IN ('processing', 'succeeded', 'failed')),
    CONSTRAINT refunds_amount CHECK (amount_minor > 0)
  )`);
  await run('CREATE INDEX refunds_by_booking ON refunds (booking_id)');
  await run('CREATE INDEX refunds_by_payment ON refunds (payment_id)');
  await run('CREATE INDEX refunds_by_deadline ON refunds (attempt_deadline_ms)');

  // The answer is null while the outcome is not known; `payment_id` is the payment that will decide it.
  await run(`CREATE TABLE idempotency_keys (
    user_id VARCHAR(40) NOT NULL,
    idempotency_key VARCHAR(255) NOT NULL,
    fingerprint VARCHAR(64) NOT NULL,
    request_id VARCHAR(128) NOT NULL,
    payment_id VARCHAR(40),
    answer_status INTEGER,
    answer_version INTEGER,
    answer_body ${types.longText},
    created_at_ms BIGINT NOT NULL,
    PRIMARY KEY (user_id, idempotency_key)
  )`);
  await run('CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at_ms)');

  // Seats that a user holds without paying for them, over all flights.
  await run(`CREATE TABLE user_holds (
    user_id VARCHAR(40) NOT NULL PRIMARY KEY,
    seats INTEGER NOT NULL,
    CONSTRAINT user_holds_seats CHECK (seats >= 0)
  )`);

  // The books of the sandbox provider, which stands for a bank: nothing of ours reads them but the sandbox itself.
  await run(`CREATE TABLE sandbox_charges (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    token VARCHAR(200) NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency VARCHAR(3) NOT NULL,
    status VARCHAR(12) NOT NULL,
    failure_code VARCHAR(60),
    asked INTEGER NOT NULL,
    webhook_due_at_ms BIGINT,
    created_at_ms BIGINT NOT NULL
  )`);
  await run('CREATE INDEX sandbox_charges_by_webhook ON sandbox_charges (webhook_due_at_ms)');
  await run(`CREATE TABLE sandbox_refunds (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    charge_id VARCHAR(40) NOT NULL,
    amount_minor BIGINT NOT NULL,
    created_at_ms BIGINT NOT NULL
  )`);
  await run('CREATE INDEX sandbox_refunds_by_charge ON sandbox_refunds (charge_id)');
}
