import { z } from 'zod';
import { defineRoute } from '../http/route.ts';
import { cabinLayout, flight } from './schemas.ts';

/** What a seller needs of a flight: the flight as everybody sees it, and the seats of its airplane. */
export const flightForSale = z.object({ flight, layout: z.array(cabinLayout) });
export type FlightForSale = z.infer<typeof flightForSale>;

export const readFlightForSaleRoute = defineRoute({
  id: 'readFlightForSale',
  service: 'flight-search-service',
  method: 'get',
  path: '/internal/flights/:id',
  access: 'service',
  summary: 'A flight with the layout of its airplane, for the service that sells it',
  answer: { status: 200, description: 'The flight', schema: flightForSale },
  problems: ['flight_not_found'],
});
