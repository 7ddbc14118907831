import { fareCalendarRoute, searchItinerariesRoute } from '@jetbridge/contracts/flights/itineraries.ts';
import { type BoundRoute, bindRoute } from '@jetbridge/service-kit/http/app.ts';
import type { ItineraryWriter } from '../presenters/present-itinerary.ts';
import { readFareCalendar } from '../use-cases/read-fare-calendar.ts';
import { type ItineraryParts, searchItineraries } from '../use-cases/search-itineraries.ts';
import { answerJson, pageJson } from './answer-json.ts';

/** Ways to get there, and what they cost. */
export function itineraryRoutes(
  parts: ItineraryParts & { readonly itineraryJson: ItineraryWriter; readonly currency: string },
): BoundRoute[] {
  const { itineraryJson, clock, currency } = parts;
  return [
    bindRoute(searchItinerariesRoute, async ({ query }) => {
      const { data, nextCursor } = searchItineraries(parts, query);
      const nowMs = clock.nowMs();
      return answerJson(
        pageJson(
          data.map((journey) => itineraryJson(journey, query, nowMs)),
          nextCursor,
        ),
      );
    }),
    bindRoute(fareCalendarRoute, async ({ query }) => {
      const days = await readFareCalendar(parts, query);
      const data = days.map(({ date, price }) => ({ date, price: { amount: price, currency } }));
      return { body: { data, nextCursor: null } };
    }),
  ];
}
