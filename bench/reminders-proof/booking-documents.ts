import type { CurrentBooking } from '@jetbridge/contracts/bookings/internal.ts';
import type { BookingEventData } from '@jetbridge/contracts/events/catalogue.ts';
import { toInstant } from '@jetbridge/service-kit/time/instants.ts';
import type { PlannedBooking } from './planned-bookings.ts';

/** Booked so long ago that no reminder was due before. */
const bookedBeforeMs = 30 * 86_400_000;
const flightMs = 7 * 3_600_000;

const airports = [
  { code: 'JFK', name: 'John F. Kennedy International Airport', city: 'New York', timeZone: 'America/New_York' },
  { code: 'LHR', name: 'London Heathrow Airport', city: 'London', timeZone: 'Europe/London' },
];

/** A version of a booking as its events carry it. */
export function bookingDocument(booking: PlannedBooking, version: number): BookingEventData {
  const state = stateOf(booking, version);
  const [first] = booking.states;
  const bookedAt = toInstant((first?.atMs ?? state.atMs) - bookedBeforeMs);
  const free = { amount: 0, currency: 'USD' };
  return {
    id: booking.id,
    reference: 'K7QX2M',
    status: state.status,
    holdExpiresAt: null,
    userId: booking.id.replace('bkg', 'usr'),
    contact: { email: booking.email },
    segments: [
      {
        flightId: booking.flightId,
        flightNumber: 'BA178',
        origin: 'JFK',
        destination: 'LHR',
        departureTime: toInstant(state.departsAtMs),
        arrivalTime: toInstant(state.departsAtMs + flightMs),
        departureLocal: '2026-12-25T18:00',
        arrivalLocal: '2026-12-26T05:55',
        cabin: 'economy',
        fare: {
          price: { amount: 29_900, currency: 'USD' },
          rules: { refundable: true, cancelFee: free, changeFee: free },
        },
      },
    ],
    passengers: [{ id: 'pax_1', type: 'adult', firstName: 'Ada', lastName: 'Lovelace', seats: {} }],
    total: { amount: 29_900, currency: 'USD' },
    refunds: [],
    version,
    createdAt: bookedAt,
    // The first version was made long ago; later ones when they came about.
    updatedAt: version === 1 ? bookedAt : toInstant(state.atMs),
    airports,
  };
}

/** A version of a booking as booking-service answers to whoever is about to send a mail. */
export function currentDocument(booking: PlannedBooking, version: number): CurrentBooking {
  const { status, departsAtMs } = stateOf(booking, version);
  const segments = [{ flightId: booking.flightId, departureTime: toInstant(departsAtMs) }];
  return { id: booking.id, status, version, segments };
}

function stateOf({ id, states }: PlannedBooking, version: number) {
  const state = states[version - 1];
  if (!state) throw new RangeError(`The booking ${id} has no version ${version}.`);
  return state;
}
