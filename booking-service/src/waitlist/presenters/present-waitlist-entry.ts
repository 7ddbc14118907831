import type { WaitlistEntryDocument } from '@jetbridge/contracts/bookings/waitlist-routes.ts';
import { toInstant } from '@jetbridge/service-kit/time/instants.ts';
import { type EntryStanding, standingOf, type WaitingPassenger } from '../domain/waitlist-entry.ts';

/** An entry as the API shows it. */
export function presentWaitlistEntry(standing: EntryStanding): WaitlistEntryDocument {
  const { entry, booking } = standing;
  const { email, phone } = entry.contact;
  const status = standingOf(standing);
  const endsAtMs = status === 'offered' ? (booking?.holdExpiresAtMs ?? null) : null;
  return {
    id: entry.id,
    flightId: entry.flightId,
    cabin: entry.cabin,
    status,
    passengers: entry.passengers.map(presentPassenger),
    contact: { email, ...(phone === null ? {} : { phone }) },
    bookingId: entry.bookingId,
    offerExpiresAt: endsAtMs === null ? null : toInstant(endsAtMs),
    version: entry.version,
    createdAt: toInstant(entry.createdAtMs),
    updatedAt: toInstant(entry.updatedAtMs),
  };
}

const presentPassenger = ({ dateOfBirth, ...passenger }: WaitingPassenger) => ({
  ...passenger,
  ...(dateOfBirth === null ? {} : { dateOfBirth }),
});
