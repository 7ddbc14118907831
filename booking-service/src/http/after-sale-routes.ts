import { readRefundQuoteRoute } from '@jetbridge/contracts/bookings/after-sale-routes.ts';
import { type BoundRoute, bindRoute } from '@jetbridge/service-kit/http/app.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import type { Bookings } from '../db/bookings.ts';
import { presentRefundQuote } from '../presenters/present-refund-quote.ts';
import { quoteCancellation } from '../use-cases/quote-cancellation.ts';

/** What is asked about a booking after it was sold. */
export function afterSaleRoutes(parts: { readonly bookings: Bookings; readonly clock: Clock }): BoundRoute[] {
  return [
    bindRoute(readRefundQuoteRoute, async ({ caller, params }) => {
      const { booking, quote } = await quoteCancellation(parts, caller, params.id ?? '');
      // The same booking is worth less when its free day is over: the version alone would call that unchanged.
      const version = `${booking.version}.${quote.refundMinor}`;
      return { body: presentRefundQuote(quote, booking.currency), version };
    }),
  ];
}
