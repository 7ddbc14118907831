import type { MigrationContext } from '@jetbridge/service-kit/database/migrate.ts';

export async function up({ run, types }: MigrationContext): Promise<void> {
  // Parties that wait for seats, in the order of `position` for each flight and cabin. `waiting` is 1 while they do and
  // null afterwards, so that a user waits once for the same seats. What became of an offer is the state of its booking.
  await run(`CREATE TABLE waitlist_entries (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    user_id VARCHAR(40) NOT NULL,
    flight_id VARCHAR(40) NOT NULL,
    cabin VARCHAR(20) NOT NULL,
    position INTEGER NOT NULL,
    seats INTEGER NOT NULL,
    passengers ${types.longText} NOT NULL,
    contact_email VARCHAR(254) NOT NULL,
    contact_phone VARCHAR(30),
    status VARCHAR(12) NOT NULL,
    waiting INTEGER,
    booking_id VARCHAR(40),
    version INTEGER NOT NULL,
    created_at_ms BIGINT NOT NULL,
    updated_at_ms BIGINT NOT NULL,
    CONSTRAINT waitlist_entries_in_line UNIQUE (flight_id, cabin, position),
    CONSTRAINT waitlist_entries_once UNIQUE (user_id, flight_id, cabin, waiting),
    CONSTRAINT waitlist_entries_booking UNIQUE (booking_id),
    CONSTRAINT waitlist_entries_status CHECK (status IN ('waiting', 'offered', 'withdrawn', 'closed')),
    CONSTRAINT waitlist_entries_waiting CHECK ((status = 'waiting') = (waiting IS NOT NULL)),
    CONSTRAINT waitlist_entries_offered CHECK (status <> 'offered' OR booking_id IS NOT NULL),
    CONSTRAINT waitlist_entries_seats CHECK (seats > 0)
  )`);
  await run('CREATE INDEX waitlist_entries_lines ON waitlist_entries (status, flight_id, cabin, position)');
  await run('CREATE INDEX waitlist_entries_by_user ON waitlist_entries (user_id, created_at_ms, id)');
}
