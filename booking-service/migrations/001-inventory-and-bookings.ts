import type { MigrationContext } from '@jetbridge/service-kit/database/migrate.ts';

export async function up({ run, types }: MigrationContext): Promise<void> {
  await run(`CREATE TABLE flights (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    document ${types.longText} NOT NULL,
    fetched_at_ms BIGINT NOT NULL
  )`);
  await run(`CREATE TABLE flight_inventories (
    flight_id VARCHAR(40) NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    closed INTEGER NOT NULL,
    CONSTRAINT flight_inventories_closed CHECK (closed IN (0, 1))
  )`);
  await run(`CREATE TABLE cabin_inventories (
    flight_id VARCHAR(40) NOT NULL,
    cabin VARCHAR(20) NOT NULL,
    capacity INTEGER NOT NULL,
    sold INTEGER NOT NULL,
    held INTEGER NOT NULL,
    PRIMARY KEY (flight_id, cabin),
    CONSTRAINT cabin_inventories_sold CHECK (sold >= 0),
    CONSTRAINT cabin_inventories_held CHECK (held >= 0),
    CONSTRAINT cabin_inventories_never_oversold CHECK (sold + held <= capacity)
  )`);
  await run(`CREATE TABLE bookings (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    reference VARCHAR(6) NOT NULL UNIQUE,
    user_id VARCHAR(40) NOT NULL,
    status VARCHAR(12) NOT NULL,
    hold_expires_at_ms BIGINT,
    contact_email VARCHAR(254) NOT NULL,
    contact_phone VARCHAR(30),
    total_minor BIGINT NOT NULL,
    currency VARCHAR(3) NOT NULL,
    version INTEGER NOT NULL,
    created_at_ms BIGINT NOT NULL,
    updated_at_ms BIGINT NOT NULL,
    CONSTRAINT bookings_status CHECK (status IN ('pending', 'confirmed', 'cancelled', 'expired')),
    CONSTRAINT bookings_total CHECK (total_minor >= 0)
  )`);
  await run('CREATE INDEX bookings_by_user ON bookings (user_id, created_at_ms, id)');
  await run('CREATE INDEX bookings_by_age ON bookings (created_at_ms, id)');
  await run('CREATE INDEX bookings_by_email ON bookings (contact_email, created_at_ms, id)');
  await run(`CREATE TABLE segments (
    booking_id VARCHAR(40) NOT NULL,
    position INTEGER NOT NULL,
    flight_id VARCHAR(40) NOT NULL,
    cabin VARCHAR(20) NOT NULL,
    seats INTEGER NOT NULL,
    departs_at_ms BIGINT NOT NULL,
    price_minor BIGINT NOT NULL,
    details ${types.longText} NOT NULL,
    PRIMARY KEY (booking_id, position),
    CONSTRAINT segments_once_per_flight UNIQUE (booking_id, flight_id),
    CONSTRAINT segments_seats CHECK (seats >= 0)
  )`);
  await run('CREATE INDEX segments_by_flight ON segments (flight_id, booking_id)');
  await run(`CREATE TABLE passengers (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    booking_id VARCHAR(40) NOT NULL,
    position INTEGER NOT NULL,
    type VARCHAR(10) NOT NULL,
    first_name VARCHAR(60) NOT NULL,
    last_name VARCHAR(60) NOT NULL,
    date_of_birth VARCHAR(10),
    CONSTRAINT passengers_in_order UNIQUE (booking_id, position),
    CONSTRAINT passengers_type CHECK (type IN ('adult', 'child', 'infant'))
  )`);
}
