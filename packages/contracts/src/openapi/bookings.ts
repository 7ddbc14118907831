import {
  cancelBookingRoute,
  chooseSeatsRoute,
  listBookingsRoute,
  type NewBooking,
  payBookingRoute,
  paymentWebhookRoute,
  placeBookingRoute,
  readBookingRoute,
  readSeatMapRoute,
} from '../bookings/routes.ts';
import type { Booking, Payment } from '../bookings/schemas.ts';
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
  payment: { method: 'card', token: 'tok_visa' },
};

const payment: Payment = {
  id: 'pay_01k7v6j5a9b3c7d1e5f9g3h7jm',
  status: 'succeeded',
  amount: total,
  method: 'card',
  createdAt: '2026-11-02T09:31:00Z',
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
      departureTerminal: '8',
      arrivalTerminal: '5',
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
      seats: { [exampleFlightId]: '12A' },
    },
  ],
  total,
  payments: [payment],
  refunds: [],
  version: 1,
  createdAt: '2026-11-02T09:31:00Z',
  updatedAt: '2026-11-02T09:31:00Z',
};

export const exampleBooking = booking;

export const bookingRoutes = [
  publish(placeBookingRoute, {
    tag,
    description:
      '1 to 9 passengers on 1 to 18 flights: all seats of all flights, or none. An infant takes no seat, is free, and ' +
      'needs an adult. With `expectedTotal` a price that changed since the search is refused instead of charged. With ' +
      '`payment` the booking is confirmed, or nothing remains of it; where the payment is still under way after 10 ' +
      'seconds, it is pending. Without, it is held until `holdExpiresAt`, to be paid for. `PAYMENT_PROVIDER=none` ' +
      'confirms at once.',
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
  publish(payBookingRoute, {
    tag,
    description:
      'A booking has one open or succeeded payment at most. A payment that is still under way after 10 seconds is ' +
      'answered as `processing`; the booking tells later what became of it.',
    path: { id: exampleBookingId },
    body: { method: 'card', token: 'tok_visa' },
    answer: payment,
  }),
  publish(chooseSeatsRoute, {
    tag,
    description:
      'All seats that are named, or none. Passengers may swap. Who is not named keeps a seat, or is given one when the ' +
      'booking is confirmed, beside the others where that can be.',
    path: { id: exampleBookingId },
    body: { seats: [{ flightId: exampleFlightId, passenger: 0, seat: '12A' }] },
    answer: { ...booking, version: 2 },
  }),
  publish(readSeatMapRoute, {
    tag,
    path: { id: exampleFlightId },
    query: { cabin: 'economy' },
    answer: {
      flightId: exampleFlightId,
      cabins: [
        {
          cabin: 'economy',
          letters: 'A C',
          rows: [
            {
              row: 12,
              exit: false,
              seats: [
                { seat: '12A', letter: 'A', status: 'taken', window: true, aisle: true, exit: false },
                { seat: '12C', letter: 'C', status: 'available', window: true, aisle: true, exit: false },
              ],
            },
          ],
        },
      ],
    },
  }),
  publish(paymentWebhookRoute, {
    tag,
    description:
      'For the payment provider. The signature is over the bytes of the body and is believed for five minutes; news that ' +
      'come again change nothing.',
    path: { provider: 'stripe' },
    answer: { received: true },
  }),
];
