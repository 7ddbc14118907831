import type { WorkHandlers } from '@jetbridge/service-kit/events/receive.ts';
import type { Flights } from '../db/flights.ts';

/** Follows what booking-service sells. */
export function inventoryHandlers(flights: Flights): WorkHandlers<'flight-search-service'> {
  return { 'inventory.changed': ({ data }, tx) => flights.applyInventory(data, tx) };
}
