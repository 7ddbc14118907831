import { z } from 'zod';
import { id, money } from '../http/primitives.ts';
import { defineRoute } from '../http/route.ts';

const service = 'booking-service';

/** What a cancellation would give back now, flight by flight. */
export const refundQuote = z
  .object({
    refund: money.describe('What goes back'),
    fee: money.describe('What is kept of what was paid'),
    lines: z.array(
      z.object({
        flightId: id,
        paid: money.describe('What was paid for this flight and is not given back yet'),
        refund: money,
        rule: z.string().describe('Why this much: a rule of the fare, or of the law'),
      }),
    ),
  })
  .meta({ id: 'RefundQuote' });
export type RefundQuoteDocument = z.infer<typeof refundQuote>;

export const readRefundQuoteRoute = defineRoute({
  id: 'readRefundQuote',
  service,
  method: 'get',
  path: '/bookings/:id/refund-quote',
  access: 'signed_in',
  summary: 'What cancelling a booking would give back now',
  answer: { status: 200, description: 'The quote', schema: refundQuote, tagged: true },
  problems: ['booking_not_found', 'departed', 'booking_cancelled', 'booking_expired', 'payment_in_progress'],
});
