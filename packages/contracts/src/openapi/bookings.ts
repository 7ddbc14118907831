import {
  cancelBookingRoute,
  listBookingsRoute,
  type NewBooking,
  placeBookingRoute,
  readBookingRoute,
} from '../bookings/routes.ts';
import type { Booking } from '../bookings/schemas.ts';
import { exampleFareRules, exampleFlightId } from './flights.ts';
import { exampleUserId } from './identity.ts';
import { publish } from './published-route.ts';

const tag = 'Bookings';

export const exampleBookingId = 'bkg_01k7v6j4k8m2n6p0q4r8s2t6vw';

const total = { amount: 29_900, currency: 'USD' };

const newBooking: NewBooking = {
  flights: [{ flightId: exampleFlightId, cabin: 'economy' }],
  passengers: [{ firstName: 'Ada', lastName: 'Lovelace', type: 'adult' }],
  contact: { email: 'ada@example.com', phone: '+44 20 7946 0000' },
  expectedTotal: total,
};

const booking: Booking = {
  id: exampleBookingId,
  reference: 'K7QX2M',
  status: 'confirmed',
  holdExpiresAt: null,
  userId: exampleUserId,
  contact: { email: 'ada@example.com', phone: '+44 20 7946 0000' },
  segments: [
    {
      flightId: exampleFlightId,
      flightNumber: 'BA178',
      origin: 'JFK',
      destination: 'LHR',
      departureTime: '2026-12-25T23:00:00Z',
      arrivalTime: '2026-12-26T06:00:00Z',
      departureLocal: '2026-12-25T18:00',
      arrivalLocal: '2026-12-26T06:00',
      cabin: 'economy',
      fare: { price: total, rules: exampleFareRules },
    },
  ],
  passengers: [
    {
      id: 'psg_01k7v6j5a9b3c7d1e5f9g3h7jk',
      type: 'adult',
      firstName: 'Ada',
      lastName: 'Lovelace',
      seats: {},
    },
  ],
  total,
  payments: [],
  refunds: [],
  version: 1,
  createdAt: '2026-11-02T09:31:00Z',
  updatedAt: '2026-11-02T09:31:00Z',
};

export const bookingRoutes = [
  publish(placeBookingRoute, {
    tag,
    description:
      '1 to 9 passengers on 1 to 18 flights: all seats of all flights, or none. An infant takes no seat, is free, and ' +
      'needs an adult. With `expectedTotal` a price that changed since the search is refused instead of charged.',
    body: newBooking,
    answer: booking,
  }),
  publish(listBookingsRoute, {
    tag,
    query: { status: 'confirmed' },
    answer: { data: [booking], nextCursor: null },
  }),
  publish(readBookingRoute, {
    tag,
    description: "Somebody else's booking is answered like one that does not exist.",
    path: { id: exampleBookingId },
    answer: booking,
  }),
  publish(cancelBookingRoute, {
    tag,
    description: 'A booking that is cancelled already is answered as it is.',
    path: { id: exampleBookingId },
    answer: { ...booking, status: 'cancelled', version: 2, updatedAt: '2026-11-03T10:00:00Z' },
  }),
];
