import type { MigrationContext } from '@jetbridge/service-kit/database/migrate.ts';

export async function up({ run, types }: MigrationContext): Promise<void> {
  // What was kept for changes, beside the price of what is held now.
  await run('ALTER TABLE bookings ADD COLUMN fees_minor BIGINT NOT NULL DEFAULT 0');

  // A change that waits for its payment: to which flights, at what total and fee. Null: none.
  await run(`ALTER TABLE bookings ADD COLUMN open_change ${types.longText}`);

  // A payment for a change does not count as the one payment that a booking may have open or succeeded.
  await run(
    "ALTER TABLE payments ADD COLUMN purpose VARCHAR(10) NOT NULL DEFAULT 'booking' CHECK (purpose IN ('booking', 'change'))",
  );

  // The flights whose seats are held for such a change, as `segments` has those that are booked.
  await run(`CREATE TABLE change_segments (
    booking_id VARCHAR(40) NOT NULL,
    position INTEGER NOT NULL,
    flight_id VARCHAR(40) NOT NULL,
    cabin VARCHAR(20) NOT NULL,
    seats INTEGER NOT NULL,
    departs_at_ms BIGINT NOT NULL,
    price_minor BIGINT NOT NULL,
    flight_version INTEGER NOT NULL,
    details ${types.longText} NOT NULL,
    PRIMARY KEY (booking_id, position)
  )`);
  await run('CREATE INDEX change_segments_by_flight ON change_segments (flight_id)');
}
