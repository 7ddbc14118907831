import { readRefundQuoteRoute } from '../bookings/after-sale-routes.ts';
import { exampleBookingId } from './bookings.ts';
import { exampleFlightId } from './flights.ts';
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
];
