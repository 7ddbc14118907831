import type { BookingStatus } from '@jetbridge/contracts/bookings/schemas.ts';
import type { SqlRow } from '@jetbridge/service-kit/database/dialect.ts';
import type { EntryStanding, WaitlistEntry } from '../domain/waitlist-entry.ts';

export type EntryRow = {
  id: string;
  user_id: string;
  flight_id: string;
  cabin: string;
  position: number;
  seats: number;
  passengers: string;
  contact_email: string;
  contact_phone: string | null;
  status: string;
  booking_id: string | null;
  version: number;
  created_at_ms: number;
  updated_at_ms: number;
};

/** An entry joined with the booking that was made for it. */
export type StandingRow = EntryRow & { booking_status: string | null; hold_expires_at_ms: number | null };

export function entryRow(entry: WaitlistEntry): SqlRow {
  return {
    id: entry.id,
    user_id: entry.userId,
    flight_id: entry.flightId,
    cabin: entry.cabin,
    position: entry.position,
    seats: entry.seats,
    passengers: JSON.stringify(entry.passengers),
    contact_email: entry.contact.email,
    contact_phone: entry.contact.phone,
    status: entry.status,
    waiting: entry.status === 'waiting' ? 1 : null,
    booking_id: entry.bookingId,
    version: entry.version,
    created_at_ms: entry.createdAtMs,
    updated_at_ms: entry.updatedAtMs,
  };
}

export function toEntry(row: EntryRow): WaitlistEntry {
  return {
    id: row.id,
    userId: row.user_id,
    flightId: row.flight_id,
    // Only `entryRow` writes the columns of these, from an entry.
    cabin: row.cabin as WaitlistEntry['cabin'],
    passengers: JSON.parse(row.passengers) as WaitlistEntry['passengers'],
    status: row.status as WaitlistEntry['status'],
    position: Number(row.position),
    seats: Number(row.seats),
    contact: { email: row.contact_email, phone: row.contact_phone },
    bookingId: row.booking_id,
    version: Number(row.version),
    createdAtMs: Number(row.created_at_ms),
    updatedAtMs: Number(row.updated_at_ms),
  };
}

export function toStanding(row: StandingRow): EntryStanding {
  const { booking_status: status, hold_expires_at_ms: holdExpiresAtMs } = row;
  if (status === null) return { entry: toEntry(row), booking: null };
  return {
    entry: toEntry(row),
    booking: {
      // A CHECK keeps the column to the statuses there are.
      status: status as BookingStatus,
      holdExpiresAtMs: holdExpiresAtMs === null ? null : Number(holdExpiresAtMs),
    },
  };
}
