import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import type { Bookings } from '../../bookings/db/bookings.ts';
import type { Inventory } from '../../sales/db/inventory.ts';
import type { SalesDesk } from '../../sales/desk/sales-desk.ts';
import { refittingSeats } from '../../sales/operations/refit-seats.ts';
import { askAnew } from '../../sales/use-cases/ask-anew.ts';
import type { FlightCatalogue } from '../clients/flight-catalogue.ts';
import type { FlightCopies } from '../db/flights.ts';
import { fetchAndKeep } from './find-flights-for-sale.ts';

export type RefitSeatsParts = {
  readonly desk: SalesDesk;
  readonly bookings: Bookings;
  readonly inventory: Inventory;
  readonly copies: FlightCopies;
  readonly catalogue: FlightCatalogue;
  readonly clock: Clock;
};

/**
 * Seats the travellers of a flight anew where another airplane flies it; does nothing where the layout is the one that
 * seats are counted by. @throws BookingError `flights_unavailable`.
 */
export async function refitSeats(parts: RefitSeatsParts, flightId: string): Promise<void> {
  const { bookings, inventory, copies, desk, clock } = parts;
  const known = (await copies.find([flightId])).get(flightId);
  const copy = known?.layout ? known : await fetchAndKeep(parts, flightId, clock.nowMs());
  const cabins = (await inventory.read([flightId])).get(flightId)?.cabins;
  const layouts = (copy?.layout ?? []).filter((layout) => {
    const cabin = cabins?.get(layout.cabin);
    return cabin !== undefined && cabin.layout !== JSON.stringify(layout);
  });
  if (layouts.length === 0) return;
  await askAnew(async () => {
    const request = refittingSeats(flightId, layouts, await bookings.findLiveOf(flightId), clock.nowMs());
    await desk.ask({ ...request, by: { who: 'airline', requestId: null } });
  });
}
