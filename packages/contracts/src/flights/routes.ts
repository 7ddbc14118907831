import { z } from 'zod';
import { flightImpact } from '../bookings/internal.ts';
import {
  id,
  instant,
  localDate,
  money,
  page,
  pageQuery,
  queryInteger,
  queryText,
  repeatable,
  text,
} from '../http/primitives.ts';
import { defineRoute } from '../http/route.ts';
import { airlineCode, cabin, fareRules, flight, flightNumber, flightStatus, placeCode, terminal } from './schemas.ts';

const service = 'flight-search-service';

/** The most seats one airplane of the catalogue can have; the largest airliner is certified for 853. */
export const maximumSeats = 1_000;

/** A flight lasts at least 10 minutes and at most 24 hours; the longest scheduled one takes 19. */
export const flightDurationMinutes = { min: 10, max: 1_440 } as const;

const amount = queryInteger({ min: 0, max: 1_000_000_000_000 });

export const searchFlightsRoute = defineRoute({
  id: 'searchFlights',
  service,
  method: 'get',
  path: '/flights',
  access: 'anyone',
  summary: 'Search flights by route and local day',
  query: z.strictObject({
    origin: text(100).optional().describe('Airport code, city code, or exact name of a city'),
    destination: text(100).optional().describe('Airport code, city code, or exact name of a city'),
    date: localDate.optional().describe('Local day of departure'),
    passengers: queryInteger({ min: 1, max: 9 })
      .optional()
      .describe('Only flights with so many free seats in one cabin'),
    cabin: cabin.optional(),
    airline: repeatable(queryText(10)).optional().describe('Airline codes; may stand several times'),
    minPrice: amount.optional().describe('Of one adult, in minor units'),
    maxPrice: amount.optional().describe('Of one adult, in minor units'),
    departAfter: instant.optional().describe('This instant included'),
    departBefore: instant.optional().describe('This instant included'),
    status: flightStatus.optional(),
    sort: z.enum(['departure', '-departure', 'price', '-price', 'duration', '-duration']).default('departure'),
    ...pageQuery,
  }),
  answer: { status: 200, description: 'The flights found', schema: page(flight) },
});

export const readFlightRoute = defineRoute({
  id: 'readFlight',
  service,
  method: 'get',
  path: '/flights/:id',
  access: 'anyone',
  summary: 'One flight',
  answer: { status: 200, description: 'The flight', schema: flight },
  problems: ['flight_not_found'],
});

/** An instant on a whole minute: timetables know no seconds. */
const wholeMinute = instant
  .refine((value) => value.endsWith(':00Z'), 'must be on a whole minute, like …T18:00:00Z')
  .refine((value) => value.startsWith('20'), 'must lie in the years 2000 to 2099');

export const newFlight = z
  .strictObject({
    flightNumber,
    airlineCode,
    originCode: placeCode,
    destinationCode: placeCode,
    departureTime: wholeMinute,
    arrivalTime: wholeMinute,
    departureTerminal: terminal.optional(),
    arrivalTerminal: terminal.optional(),
    airplaneId: id,
    fares: z
      .array(
        z.strictObject({
          cabin,
          price: money,
          seats: z.int().min(0).max(maximumSeats),
          rules: fareRules.optional(),
        }),
      )
      .min(1, 'must name at least one cabin')
      .max(4, 'must name each cabin at most once'),
  })
  .meta({ id: 'NewFlight' });
export type NewFlight = z.infer<typeof newFlight>;

export const createFlightRoute = defineRoute({
  id: 'createFlight',
  service,
  method: 'post',
  path: '/flights',
  access: { permission: 'flights:write' },
  summary: 'Add a flight to the schedule',
  body: newFlight,
  answer: { status: 201, description: 'The flight', schema: flight },
  problems: ['flight_exists', 'too_many_seats'],
});

export const flightChange = z
  .strictObject({
    departureTime: wholeMinute.optional(),
    arrivalTime: wholeMinute.optional(),
    departureTerminal: terminal.nullable().optional().describe('null: it is not known any more'),
    arrivalTerminal: terminal.nullable().optional().describe('null: it is not known any more'),
    status: flightStatus.optional(),
    airplaneId: id.optional(),
    fares: z
      .array(
        z.strictObject({
          cabin,
          price: money.optional(),
          seats: z.int().min(0).max(maximumSeats).optional(),
          rules: fareRules.optional(),
        }),
      )
      .min(1, 'must name at least one cabin')
      .max(4, 'must name each cabin at most once')
      .optional()
      .describe('Only the cabins named change; a cabin new to the flight needs a price and seats'),
  })
  .refine((change) => Object.keys(change).length > 0, 'must name what to change')
  .meta({ id: 'FlightChange' });
export type FlightChange = z.infer<typeof flightChange>;

export const updateFlightRoute = defineRoute({
  id: 'updateFlight',
  service,
  method: 'patch',
  path: '/flights/:id',
  access: { permission: 'flights:write' },
  summary:
    'Change times, terminals, status, airplane, prices or seats of a flight; `If-Match` compares the version part of its tag',
  body: flightChange,
  answer: { status: 200, description: 'The flight as it is now', schema: flight },
  problems: ['flight_not_found', 'stale', 'below_sold', 'too_many_seats', 'flight_exists', 'flight_cancelled'],
});

export const deleteFlightRoute = defineRoute({
  id: 'deleteFlight',
  service,
  method: 'delete',
  path: '/flights/:id',
  access: { permission: 'flights:write' },
  summary: 'Take a flight of which nothing is sold out of the schedule',
  answer: { status: 204, description: 'It is gone' },
  problems: ['flight_not_found', 'stale', 'flight_has_bookings'],
});

export const readFlightImpactRoute = defineRoute({
  id: 'readFlightImpact',
  service,
  method: 'get',
  path: '/flights/:id/impact',
  access: { permission: 'flights:write' },
  summary: 'Whom a change of a flight would hit',
  answer: { status: 200, description: 'Bookings, passengers and seats', schema: flightImpact },
  problems: ['flight_not_found'],
});
