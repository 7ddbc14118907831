import type { SeatMap } from '@jetbridge/contracts/bookings/schemas.ts';
import { type Cabin, cabins } from '@jetbridge/contracts/flights/schemas.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import type { FlightCatalogue } from '../../flights/clients/flight-catalogue.ts';
import type { FlightCopies } from '../../flights/db/flights.ts';
import { findFlightsForSale } from '../../flights/use-cases/find-flights-for-sale.ts';
import type { Inventory } from '../db/inventory.ts';
import { isBookable } from '../domain/offer.ts';
import { planOf } from '../domain/seats/seat-plan.ts';
import { presentCabin } from '../presenters/present-seat-map.ts';

/**
 * The seats of a flight as they are at this moment, for whoever wants to choose one.
 * @throws BookingError `flight_not_found`, `flights_unavailable`.
 */
export async function showSeatMap(
  parts: { copies: FlightCopies; catalogue: FlightCatalogue; inventory: Inventory; clock: Clock },
  flightId: string,
  wanted: Cabin | undefined,
): Promise<SeatMap> {
  const nowMs = parts.clock.nowMs();
  const [copy] = await findFlightsForSale(parts, [flightId], { nowMs, look: 'known' });
  if (!copy) throw new Error('A flight that is not found was refused.');
  const inventory = (await parts.inventory.read([flightId])).get(flightId);
  const isOpen = isBookable(copy.flight, nowMs) && !inventory?.closed;
  const layouts = (copy.layout ?? []).filter(({ cabin }) => wanted === undefined || cabin === wanted);
  return {
    flightId,
    cabins: layouts
      .toSorted((one, other) => cabins.indexOf(one.cabin) - cabins.indexOf(other.cabin))
      .map((layout) => {
        const isOnSale = isOpen && copy.flight.fares.some(({ cabin }) => cabin === layout.cabin);
        const sold = inventory?.cabins.get(layout.cabin);
        // Seats are sold by this plan until everybody is seated in another airplane.
        return presentCabin(layout.cabin, sold?.plan ?? planOf(layout), { taken: sold?.taken ?? null, isOnSale });
      }),
  };
}
