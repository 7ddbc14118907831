import { setImmediate as others } from 'node:timers/promises';
import type { fareCalendarRoute } from '@jetbridge/contracts/flights/itineraries.ts';
import type { z } from 'zod';
import { findTripsOf, type ItineraryParts } from './search-itineraries.ts';

export type CalendarQuery = z.infer<typeof fareCalendarRoute.query>;

/** The cheapest trip of a day, for the whole party, in minor units. */
export type CheapestDay = { readonly date: string; readonly price: number };

/** The days of a month on which one can get there, with the least that it costs. */
export async function readFareCalendar(parts: ItineraryParts, query: CalendarQuery): Promise<CheapestDay[]> {
  const found: CheapestDay[] = [];
  for (const date of daysOf(query.month)) {
    const trips = findTripsOf(parts, { ...query, date }, query);
    if (trips.length > 0) found.push({ date, price: Math.min(...trips.map(({ price }) => price)) * query.passengers });
    // Thirty searches in a row would keep everybody else waiting.
    await others();
  }
  return found;
}

function daysOf(month: string): string[] {
  const [year, number] = month.split('-').map(Number);
  const count = new Date(Date.UTC(year ?? 0, number ?? 0, 0)).getUTCDate();
  return Array.from({ length: count }, (_, index) => `${month}-${String(index + 1).padStart(2, '0')}`);
}
