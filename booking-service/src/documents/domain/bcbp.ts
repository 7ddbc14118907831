import type { PassengerType } from '@jetbridge/contracts/bookings/schemas.ts';
import type { Cabin } from '@jetbridge/contracts/flights/schemas.ts';
import { DateTime } from 'luxon';
import type { BookingRecord, PassengerRecord, SegmentRecord } from '../../bookings/domain/booking.ts';
import { latinName } from './latin-name.ts';

/**
 * What the code of one passenger on one flight says: a bar coded boarding pass of one leg (IATA Resolution 792, format M,
 * version 6) in its form for an itinerary receipt: nobody is checked in yet. It carries no signature (section 5): it leads
 * to the booking and proves nothing.
 */
export function bcbpOf(
  booking: Pick<BookingRecord, 'reference' | 'createdAtMs'>,
  segment: SegmentRecord,
  passenger: PassengerRecord,
): string {
  const { details, cabin, flightId } = segment;
  const { carrier, number } = splitFlightNumber(details.flightNumber);
  const conditional = conditionalItems(passenger.type, DateTime.fromMillis(booking.createdAtMs, { zone: 'utc' }));
  return [
    'M1',
    bcbpName(passenger).padEnd(nameLength),
    electronicTicket,
    booking.reference.padEnd(7),
    details.origin.code,
    details.destination.code,
    carrier.padEnd(3),
    number,
    dayOfYear(DateTime.fromISO(details.departureLocal, { zone: 'utc' })),
    compartments[cabin],
    seatOf(passenger, flightId),
    '0000 ',
    ticketIssued,
    hexLength(conditional),
    conditional,
  ].join('');
}

const nameLength = 20;
const electronicTicket = 'E';
/** Passenger status 0: a ticket is issued, the passenger is not checked in. */
const ticketIssued = '0';
/** Stands for a name that has no form in Latin letters: the field must hold letters, the reference finds the booking. */
const unwritable = 'X';

const compartments = { first: 'F', business: 'J', premium_economy: 'W', economy: 'Y' } as const satisfies Record<
  Cabin,
  string
>;

/** Passenger description: 0 adult, 3 child, 4 infant. */
const descriptions = { adult: '0', child: '3', infant: '4' } as const satisfies Record<PassengerType, string>;

/** Surname and given name; where both don't fit, the surname keeps all but the slash and one letter. */
function bcbpName({ firstName, lastName }: PassengerRecord): string {
  const surname = latinName(lastName) ?? unwritable;
  const given = latinName(firstName) ?? unwritable;
  return `${surname.slice(0, nameLength - 2)}/${given}`.slice(0, nameLength).trimEnd();
}

/** `0178 ` for BA178, `0178A` for BA178A. */
function splitFlightNumber(flightNumber: string): { carrier: string; number: string } {
  const [, digits = '', suffix = ''] = /(\d{1,4})([A-Z]?)$/.exec(flightNumber.slice(2)) ?? [];
  return { carrier: flightNumber.slice(0, 2), number: digits.padStart(4, '0') + (suffix || ' ') };
}

/** `012A`; infants have none, and who has no seat yet a blank. */
function seatOf({ type, seats }: PassengerRecord, flightId: string): string {
  if (type === 'infant') return 'INF ';
  const seat = seats[flightId];
  return seat === undefined ? '    ' : seat.padStart(4, '0');
}

/** Who travels, and that the document is an itinerary receipt (`I`), issued on the web (`W`) on a day of a year's last digit. */
function conditionalItems(type: PassengerType, issuedOn: DateTime): string {
  const unique = `${descriptions[type]} W${issuedOn.year % 10}${dayOfYear(issuedOn)}I   `;
  return `>6${hexLength(unique)}${unique}00`;
}

const dayOfYear = (day: DateTime) => `${day.ordinal}`.padStart(3, '0');
const hexLength = (text: string) => text.length.toString(16).toUpperCase().padStart(2, '0');
