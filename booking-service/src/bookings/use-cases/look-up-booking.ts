import { hash, timingSafeEqual } from 'node:crypto';
import type { BookingLookup } from '@jetbridge/contracts/bookings/after-sale-routes.ts';
import { maximumPassengers } from '@jetbridge/contracts/bookings/routes.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { BookingError } from '../../domain/errors.ts';
import { bookingNotFound } from '../../sales/desk/booking-not-found.ts';
import type { Bookings } from '../db/bookings.ts';
import type { LookupAttempts } from '../db/lookup-attempts.ts';
import type { BookingRecord } from '../domain/booking.ts';
import { foldName } from '../domain/fold-name.ts';

export type LookUpParts = {
  readonly database: Database;
  readonly bookings: Bookings;
  readonly attempts: LookupAttempts;
};

/** Wrong tries for one reference within one window, from whatever addresses; more than a traveller's slips. */
const maximumWrongTries = 10;

/** How long wrong tries are remembered, by real time. */
export const triesWindowMs = 15 * 60_000;

/**
 * Finds a booking for somebody who knows its reference and the last name of one of its passengers. Whether a reference
 * exists can be told neither by the answer nor by the work: each try takes the same statements and comparisons, and is
 * counted the same way.
 * @throws BookingError `booking_not_found`, or `rate_limited` after too many wrong tries for this reference.
 */
export async function lookUpBooking(parts: LookUpParts, asked: BookingLookup, nowMs: number): Promise<BookingRecord> {
  const reference = asked.reference.trim().toUpperCase();
  const windowStartMs = nowMs - (nowMs % triesWindowMs);
  const key = { referenceHash: hash('sha256', reference, 'base64url'), windowStartMs };
  const bookingId = await parts.database.write(async (tx) => {
    if ((await parts.attempts.lock(key, tx)) >= maximumWrongTries) throw tooManyTries(windowStartMs, nowMs);
    const { id, lastNames } = await parts.bookings.findNames(reference, tx);
    if (isAmong(asked.lastName, lastNames)) return id;
    await parts.attempts.count(key, tx);
    return undefined;
  });
  const booking = bookingId === undefined ? undefined : await parts.bookings.find(bookingId);
  if (!booking) throw bookingNotFound();
  return booking;
}

/** Compares with as many names as a booking can have, whether it has them or not, and each in the same time. */
function isAmong(lastName: string, names: readonly string[]): boolean {
  const given = digest(lastName);
  let found = false;
  for (let index = 0; index < maximumPassengers; index++) {
    const name = names[index];
    const isEqual = timingSafeEqual(given, digest(name ?? lastName));
    if (isEqual && name !== undefined) found = true;
  }
  return found;
}

const digest = (name: string) => hash('sha256', foldName(name), 'buffer');

function tooManyTries(windowStartMs: number, nowMs: number): BookingError {
  return new BookingError('rate_limited', 'Too many wrong tries for this reference. Try again later.', {
    retryAfterSeconds: Math.ceil((windowStartMs + triesWindowMs - nowMs) / 1_000),
  });
}
