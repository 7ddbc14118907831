import type { MigrationContext } from '@jetbridge/service-kit/database/migrate.ts';

export async function up({ run, types }: MigrationContext): Promise<void> {
  // Wrong tries to look a booking up, by a hash of the reference that was tried and the window of time.
  await run(`CREATE TABLE lookup_attempts (
    reference_hash VARCHAR(64) NOT NULL,
    window_start_ms BIGINT NOT NULL,
    wrong_tries INTEGER NOT NULL,
    PRIMARY KEY (reference_hash, window_start_ms)
  )`);
  await run('CREATE INDEX lookup_attempts_by_window ON lookup_attempts (window_start_ms)');

  // What happened to bookings: who did it, and what differs, as the contract has it. Its ids sort by time.
  await run(`CREATE TABLE booking_history (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    booking_id VARCHAR(40) NOT NULL,
    version INTEGER NOT NULL,
    at_ms BIGINT NOT NULL,
    actor_type VARCHAR(10) NOT NULL,
    actor_id VARCHAR(40),
    action VARCHAR(20) NOT NULL,
    state_before ${types.longText},
    state_after ${types.longText} NOT NULL,
    request_id VARCHAR(128),
    CONSTRAINT booking_history_actor CHECK (actor_type IN ('user', 'staff', 'airline', 'system'))
  )`);
  await run('CREATE INDEX booking_history_by_booking ON booking_history (booking_id, version, id)');

  // The local day of departure, for reports. Null in rows of an earlier release that runs on meanwhile.
  await run('ALTER TABLE flights ADD COLUMN departure_day VARCHAR(10)');
  await run(
    `UPDATE flights SET departure_day =
       SUBSTR(REPLACE(JSON_EXTRACT(document, '$.flight.departureLocal'), '"', ''), 1, 10)`,
  );
  await run('CREATE INDEX flights_by_departure_day ON flights (departure_day)');
}
