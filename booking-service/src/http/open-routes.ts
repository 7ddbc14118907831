import { paymentWebhookRoute, readSeatMapRoute } from '@jetbridge/contracts/bookings/routes.ts';
import { type BoundRoute, bindRoute } from '@jetbridge/service-kit/http/app.ts';
import { receivePaymentWebhook } from '../payments/use-cases/receive-payment-webhook.ts';
import type { Inventory } from '../sales/db/inventory.ts';
import type { PlaceBookingParts } from '../sales/use-cases/place-booking.ts';
import { showSeatMap } from '../sales/use-cases/show-seat-map.ts';

/** What needs no token: seat maps, and the news of payment providers, which sign them. */
export function openRoutes(parts: PlaceBookingParts & { readonly inventory: Inventory }): BoundRoute[] {
  return [
    bindRoute(readSeatMapRoute, async ({ params, query }) => ({
      body: await showSeatMap(parts, params.id ?? '', query.cabin),
    })),
    bindRoute(paymentWebhookRoute, async ({ params, body, header, requestId }) => {
      await receivePaymentWebhook(parts, { provider: params.provider ?? '', body, header, requestId });
      return { body: { received: true as const } };
    }),
  ];
}
