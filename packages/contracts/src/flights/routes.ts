import { z } from 'zod';
import { id, instant, localDate, money, page, pageQuery, queryInteger, repeatable, text } from '../http/primitives.ts';
import { defineRoute } from '../http/route.ts';
import {
  airline,
  airlineCode,
  airplane,
  airport,
  cabin,
  fareRules,
  flight,
  flightNumber,
  flightStatus,
  placeCode,
} from './schemas.ts';

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
    origin: text(100).optional(),
    destination: text(100).optional(),
    date: localDate.optional(),
    passengers: queryInteger({ min: 1, max: 9 }).optional(),
    cabin: cabin.optional(),
    airline: repeatable(z.string().max(10)).optional(),
    minPrice: amount.optional(),
    maxPrice: amount.optional(),
    departAfter: instant.optional(),
    departBefore: instant.optional(),
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
const wholeMinute = instant.refine((value) => value.endsWith(':00Z'), 'must be on a whole minute, like …T18:00:00Z');

export const newFlight = z
  .strictObject({
    flightNumber,
    airlineCode,
    originCode: placeCode,
    destinationCode: placeCode,
    departureTime: wholeMinute,
    arrivalTime: wholeMinute,
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

const prefixQuery = z.strictObject({ q: text(100).optional(), ...pageQuery });

export const listAirportsRoute = defineRoute({
  id: 'listAirports',
  service,
  method: 'get',
  path: '/airports',
  access: 'anyone',
  summary: 'Airports, or those whose code, name or city begins with `q`',
  query: prefixQuery,
  answer: { status: 200, description: 'Airports by code', schema: page(airport) },
});

export const readAirportRoute = defineRoute({
  id: 'readAirport',
  service,
  method: 'get',
  path: '/airports/:code',
  access: 'anyone',
  summary: 'One airport',
  answer: { status: 200, description: 'The airport', schema: airport },
  problems: ['airport_not_found'],
});

export const listAirlinesRoute = defineRoute({
  id: 'listAirlines',
  service,
  method: 'get',
  path: '/airlines',
  access: 'anyone',
  summary: 'Airlines, or those whose code or name begins with `q`',
  query: prefixQuery,
  answer: { status: 200, description: 'Airlines by code', schema: page(airline) },
});

export const readAirlineRoute = defineRoute({
  id: 'readAirline',
  service,
  method: 'get',
  path: '/airlines/:code',
  access: 'anyone',
  summary: 'One airline',
  answer: { status: 200, description: 'The airline', schema: airline },
  problems: ['airline_not_found'],
});

export const listAirplanesRoute = defineRoute({
  id: 'listAirplanes',
  service,
  method: 'get',
  path: '/airplanes',
  access: 'anyone',
  summary: 'Airplanes with their cabins, or those whose model begins with `q`',
  query: prefixQuery,
  answer: { status: 200, description: 'Airplanes by id', schema: page(airplane) },
});

export const readAirplaneRoute = defineRoute({
  id: 'readAirplane',
  service,
  method: 'get',
  path: '/airplanes/:id',
  access: 'anyone',
  summary: 'One airplane',
  answer: { status: 200, description: 'The airplane', schema: airplane },
  problems: ['airplane_not_found'],
});
