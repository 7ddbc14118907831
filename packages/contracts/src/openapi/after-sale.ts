import {
  changeBookingRoute,
  lookUpBookingRoute,
  readBookingHistoryRoute,
  readRefundQuoteRoute,
} from '../bookings/after-sale-routes.ts';
import { exampleBooking, exampleBookingId } from './bookings.ts';
import { exampleFlightId } from './flights.ts';
import { exampleUserId } from './identity.ts';
import { publish } from './published-route.ts';

const tag = 'Bookings';

const usd = (amount: number) => ({ amount, currency: 'USD' });

export const afterSaleRoutes = [
  publish(readRefundQuoteRoute, {
    tag,
    description:
      'By the rules of the fares: free within 24 hours of booking where that was seven days or more before departure ' +
      '(14 CFR 259.5(b)(4)), and where the airline is the reason. A booking that nothing was paid for is quoted zeros. ' +
      'The quote is for this moment: the `ETag` is another one when the amount is.',
    path: { id: exampleBookingId },
    answer: {
      refund: usd(24_900),
      fee: usd(5_000),
      lines: [{ flightId: exampleFlightId, paid: usd(29_900), refund: usd(24_900), rule: 'fare_refundable' }],
    },
  }),
  publish(changeBookingRoute, {
    tag,
    description:
      'All at once or not at all: the old seats are kept until the new ones are held. Flights that stay keep the price ' +
      'they were sold at, the others cost what they cost now. What is due is the difference and, for each seat that is ' +
      'given up, the `changeFee` of its fare; without a `payment` the answer tells it (402 `payment_required`, `due`). ' +
      'What it costs less is given back, as far as the fares that are given up are refundable. No fee within 24 hours of ' +
      'booking where that was seven days or more before departure, or when the airline moved a flight by more than ' +
      'three hours. A payment that takes longer than ten seconds is shown as `processing`, and the booking changes when ' +
      'it has succeeded. A booking that is held and not paid yet changes for free, until its hold ends.',
    path: { id: exampleBookingId },
    body: {
      flights: [{ flightId: exampleFlightId, cabin: 'business' }],
      payment: { method: 'card', token: 'tok_visa' },
    },
    answer: exampleBooking,
  }),
  publish(lookUpBookingRoute, {
    tag,
    description:
      'For travellers without an account. Letter case, accents and spaces at the ends make no difference. The token is ' +
      'good for reading this one booking, its documents and its quote. A wrong name and an unknown reference are ' +
      'answered alike; after ten wrong tries for one reference, nobody can look it up for up to 15 minutes.',
    body: { reference: 'K7QX2M', lastName: 'Lovelace' },
    answer: {
      booking: exampleBooking,
      accessToken: 'eyJhbGciOiJIUzI1NiIsInR5cCI6Imxvb2t1cCtqd3QifQ',
      expiresIn: 3_600,
    },
  }),
  publish(readBookingHistoryRoute, {
    tag,
    description:
      'Who did what, when and by which request, and what it changed. A booking that is paid for in the request that ' +
      'makes it begins with `placed`; one that waits for its payment with `held`.',
    path: { id: exampleBookingId },
    answer: {
      data: [
        {
          at: '2026-11-03T10:00:00Z',
          actor: { type: 'user', id: exampleUserId },
          action: 'seats_changed',
          before: { seats: { psg_01k7v6j5a9b3c7d1e5f9g3h7jk: { [exampleFlightId]: '12A' } } },
          after: { seats: { psg_01k7v6j5a9b3c7d1e5f9g3h7jk: { [exampleFlightId]: '14C' } } },
          requestId: 'req_01k7v8s3d5f7g9h1j3k5m7n9p2',
        },
      ],
      nextCursor: null,
    },
  }),
];
