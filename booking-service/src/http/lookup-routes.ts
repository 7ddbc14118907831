import { lookUpBookingRoute } from '@jetbridge/contracts/bookings/after-sale-routes.ts';
import { lookupTokenSeconds, signLookupToken } from '@jetbridge/service-kit/auth/lookup-tokens.ts';
import { type BoundRoute, bindRoute } from '@jetbridge/service-kit/http/app.ts';
import { presentBooking } from '../bookings/presenters/present-booking.ts';
import { type LookUpParts, lookUpBooking } from '../bookings/use-cases/look-up-booking.ts';

/** For travellers without an account, who know their reference. */
export function lookupRoutes(parts: LookUpParts & { readonly internalSecret: string }): BoundRoute[] {
  return [
    bindRoute(lookUpBookingRoute, async ({ body }) => {
      const booking = await lookUpBooking(parts, body, Date.now());
      const accessToken = signLookupToken(booking.id, { service: 'booking-service', secret: parts.internalSecret });
      return {
        body: { booking: presentBooking(booking), accessToken, expiresIn: lookupTokenSeconds },
        headers: { 'Cache-Control': 'no-store' },
      };
    }),
  ];
}
