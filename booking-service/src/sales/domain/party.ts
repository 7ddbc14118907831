import type { PassengerType } from '@jetbridge/contracts/bookings/schemas.ts';
import { DateTime } from 'luxon';
import { BookingError } from '../../domain/errors.ts';

/** Who travels, as far as rules and prices care. */
export type Traveller = { readonly type: PassengerType; readonly dateOfBirth?: string | undefined };

/** A child is an infant until its second birthday (ICAO Annex 6 lets it travel on a lap until then). */
const infantUntilYears = 2;

/** Nobody alive was born before; a date before it is a slip of the keyboard. */
const earliestBirth = '1900-01-01';

/** How many of a party take a seat: infants travel on laps. */
export function seatsFor(party: readonly Traveller[]): number {
  return party.filter(({ type }) => type !== 'infant').length;
}

/**
 * Checks that a party may travel: everybody is born before the first departure, infants are under two on every one, and
 * each has an adult.
 * @param departures local times (`2026-12-25T18:00`) of all flights.
 * @param pointerTo what of the request an error points at, where that is not the passenger.
 * @throws BookingError pointing at the passenger.
 */
export function assertPartyMayTravel(
  party: readonly Traveller[],
  departures: readonly string[],
  pointerTo = (index: number, field: 'type' | 'dateOfBirth') => `/passengers/${index}/${field}`,
): void {
  const adults = party.filter(({ type }) => type === 'adult').length;
  let infants = 0;
  for (const [index, traveller] of party.entries()) {
    if (traveller.dateOfBirth) assertBorn(traveller.dateOfBirth, departures, pointerTo(index, 'dateOfBirth'));
    if (traveller.type !== 'infant') continue;
    infants += 1;
    if (infants > adults) {
      throw new BookingError('too_few_adults', 'Each infant travels on the lap of an adult of its own.', {
        at: pointerTo(index, 'type'),
      });
    }
    if (traveller.dateOfBirth) assertInfant(traveller.dateOfBirth, departures, pointerTo(index, 'dateOfBirth'));
  }
}

function assertBorn(dateOfBirth: string, departures: readonly string[], at: string): void {
  const firstDay = departures.map((departure) => departure.slice(0, 10)).toSorted()[0] ?? '';
  if (dateOfBirth >= earliestBirth && dateOfBirth <= firstDay) return;
  throw new BookingError(
    'implausible_birth',
    `A passenger is born between ${earliestBirth} and the day of the first flight, ${firstDay}.`,
    { at },
  );
}

function assertInfant(dateOfBirth: string, departures: readonly string[], at: string): void {
  const secondBirthday = DateTime.fromISO(dateOfBirth, { zone: 'utc' }).plus({ years: infantUntilYears }).toISODate();
  if (secondBirthday !== null && departures.some((departure) => departure.slice(0, 10) >= secondBirthday)) {
    throw new BookingError(
      'not_an_infant',
      `An infant is under ${infantUntilYears} on every departure; book a child.`,
      { at },
    );
  }
}
