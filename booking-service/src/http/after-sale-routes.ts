import { readBookingHistoryRoute, readRefundQuoteRoute } from '@jetbridge/contracts/bookings/after-sale-routes.ts';
import { holds } from '@jetbridge/service-kit/auth/caller.ts';
import { type BoundRoute, bindRoute } from '@jetbridge/service-kit/http/app.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import type { BookingHistory } from '../bookings/db/booking-history.ts';
import type { Bookings } from '../bookings/db/bookings.ts';
import { presentHistoryEntry } from '../bookings/presenters/present-history.ts';
import { showHistory } from '../bookings/use-cases/show-history.ts';
import { presentRefundQuote } from '../sales/presenters/present-refund-quote.ts';
import { quoteCancellation } from '../sales/use-cases/quote-cancellation.ts';

/** What is asked about a booking after it was sold. */
export function afterSaleRoutes(parts: {
  readonly bookings: Bookings;
  readonly history: BookingHistory;
  readonly clock: Clock;
}): BoundRoute[] {
  return [
    bindRoute(readRefundQuoteRoute, async ({ caller, params }) => {
      const { booking, quote } = await quoteCancellation(parts, caller, params.id ?? '');
      // The same booking is worth less when its free day is over: the version alone would call that unchanged.
      const version = `${booking.version}.${quote.refundMinor}`;
      return { body: presentRefundQuote(quote, booking.currency), version };
    }),
    bindRoute(readBookingHistoryRoute, async ({ caller, params, query }) => {
      const { data, nextCursor } = await showHistory(parts, caller, { bookingId: params.id ?? '', ...query });
      const isStaff = holds(caller, 'bookings:read:any');
      return { body: { data: data.map((entry) => presentHistoryEntry(entry, { isStaff })), nextCursor } };
    }),
  ];
}
