import type { BookingEventData } from '@jetbridge/contracts/events/catalogue.ts';
import { newId } from '@jetbridge/service-kit/ids.ts';
import { toInstant } from '@jetbridge/service-kit/time/instants.ts';
import { hourMs } from './sample-bookings.ts';

const airports = [
  { code: 'JFK', name: 'John F. Kennedy International Airport', city: 'New York', timeZone: 'America/New_York' },
  { code: 'LHR', name: 'London Heathrow Airport', city: 'London', timeZone: 'Europe/London' },
];

type Segment = BookingEventData['segments'][number];

/** A flight from JFK to LHR of seven hours, as an event tells of it. */
export function buildSegment(departsAtMs: number, overrides: Partial<Segment> = {}): Segment {
  const free = { amount: 0, currency: 'USD' };
  return {
    flightId: newId('flt'),
    flightNumber: 'BA178',
    origin: 'JFK',
    destination: 'LHR',
    departureTime: toInstant(departsAtMs),
    arrivalTime: toInstant(departsAtMs + 7 * hourMs),
    departureLocal: '2026-12-25T18:00',
    arrivalLocal: '2026-12-26T05:55',
    cabin: 'economy',
    fare: { price: { amount: 29_900, currency: 'USD' }, rules: { refundable: true, cancelFee: free, changeFee: free } },
    ...overrides,
  };
}

/**
 * A confirmed booking of one flight, as its first event tells of it, with an address of its own.
 * @param times when it was made and when its flight leaves, in business time.
 */
export function buildBookingEvent(
  times: { madeAtMs: number; departsAtMs: number },
  overrides: Partial<BookingEventData> = {},
): BookingEventData {
  const id = newId('bkg');
  const madeAt = toInstant(times.madeAtMs);
  return {
    id,
    reference: 'K7QX2M',
    status: 'confirmed',
    holdExpiresAt: null,
    userId: newId('usr'),
    contact: { email: `${id}@example.com` },
    segments: [buildSegment(times.departsAtMs)],
    passengers: [{ id: newId('pax'), type: 'adult', firstName: 'Ada', lastName: 'Lovelace', seats: {} }],
    total: { amount: 29_900, currency: 'USD' },
    refunds: [],
    version: 1,
    createdAt: madeAt,
    updatedAt: madeAt,
    airports,
    ...overrides,
  };
}

/** The same booking, one version on. */
export function nextVersion(booking: BookingEventData, changes: Partial<BookingEventData>): BookingEventData {
  return { ...booking, version: booking.version + 1, ...changes };
}
