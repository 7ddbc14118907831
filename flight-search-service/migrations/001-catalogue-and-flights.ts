import type { MigrationContext } from '@jetbridge/service-kit/database/migrate.ts';

export async function up({ run, types }: MigrationContext): Promise<void> {
  await run(`CREATE TABLE airports (
    code VARCHAR(3) NOT NULL PRIMARY KEY,
    city_code VARCHAR(3) NOT NULL,
    name VARCHAR(200) NOT NULL,
    city VARCHAR(200) NOT NULL,
    country VARCHAR(2) NOT NULL,
    time_zone VARCHAR(64) NOT NULL,
    latitude DOUBLE NOT NULL,
    longitude DOUBLE NOT NULL,
    name_folded VARCHAR(200) NOT NULL,
    city_folded VARCHAR(200) NOT NULL
  )`);
  await run('CREATE INDEX airports_by_city_code ON airports (city_code)');
  await run('CREATE INDEX airports_by_city ON airports (city_folded)');
  await run(`CREATE TABLE airlines (
    code VARCHAR(2) NOT NULL PRIMARY KEY,
    name VARCHAR(200) NOT NULL,
    name_folded VARCHAR(200) NOT NULL
  )`);
  await run(`CREATE TABLE airplanes (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    model VARCHAR(100) NOT NULL,
    model_folded VARCHAR(100) NOT NULL,
    registration VARCHAR(20) UNIQUE,
    cabins ${types.longText} NOT NULL
  )`);
  await run(`CREATE TABLE flights (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    schedule_key VARCHAR(24) NOT NULL UNIQUE,
    flight_number VARCHAR(8) NOT NULL,
    airline_code VARCHAR(2) NOT NULL,
    origin_code VARCHAR(3) NOT NULL,
    destination_code VARCHAR(3) NOT NULL,
    local_date VARCHAR(10) NOT NULL,
    departs_at_ms BIGINT NOT NULL,
    arrives_at_ms BIGINT NOT NULL,
    status VARCHAR(12) NOT NULL,
    airplane_id VARCHAR(40) NOT NULL,
    version INTEGER NOT NULL,
    inventory_version INTEGER NOT NULL,
    CONSTRAINT flights_forward_in_time CHECK (arrives_at_ms > departs_at_ms),
    CONSTRAINT flights_status CHECK (status IN ('scheduled', 'delayed', 'boarding', 'departed', 'landed', 'cancelled'))
  )`);
  await run('CREATE INDEX flights_by_route ON flights (origin_code, destination_code, local_date, departs_at_ms, id)');
  await run('CREATE INDEX flights_by_departure ON flights (departs_at_ms, id)');
  await run(`CREATE TABLE fares (
    flight_id VARCHAR(40) NOT NULL,
    cabin VARCHAR(20) NOT NULL,
    price_minor BIGINT NOT NULL,
    seats INTEGER NOT NULL,
    taken INTEGER NOT NULL,
    refundable INTEGER NOT NULL,
    cancel_fee_minor BIGINT NOT NULL,
    change_fee_minor BIGINT NOT NULL,
    PRIMARY KEY (flight_id, cabin),
    CONSTRAINT fares_price CHECK (price_minor >= 0),
    CONSTRAINT fares_seats CHECK (seats >= 0),
    CONSTRAINT fares_cabin CHECK (cabin IN ('economy', 'premium_economy', 'business', 'first'))
  )`);
}
