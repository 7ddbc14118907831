import { z } from 'zod';
import { id, instant, localDate, money, page, pageQuery, queryInteger, text } from '../http/primitives.ts';
import { defineRoute } from '../http/route.ts';
import { cabin, flight } from './schemas.ts';

const service = 'flight-search-service';

/** The most legs of one question, and the most places where one changes on each: 18 flights in all. */
export const maximumLegs = 6;
export const maximumStops = 2;

/** How long the price of an itinerary holds. */
export const itineraryPriceMinutes = 15;

/** The id of an itinerary says all of it, so that it is longer than other ids. */
export const itineraryId = z.string().max(3_000, 'must be the id of an itinerary');

export const itinerary = z
  .object({
    id: itineraryId.describe('Books this itinerary at this price until it expires'),
    segments: z.array(flight).describe('All flights, in their order'),
    legs: z
      .array(z.object({ segments: z.array(flight), durationMinutes: z.int(), stops: z.int() }))
      .describe('The same flights by the way they belong to: out and back, or one city after the other'),
    price: money.describe('For the whole party'),
    availableSeats: z.int().describe('Seats that are left on every flight'),
    expiresAt: instant,
  })
  .meta({ id: 'Itinerary' });
export type Itinerary = z.infer<typeof itinerary>;

/** What the id of an itinerary says, to the service that sells it. Prices are minor units for one passenger. */
export const itineraryOffer = z.strictObject({
  flights: z.array(z.strictObject({ id, price: z.int().min(0) })).min(1),
  cabin,
  currency: z.string(),
  expiresAtMs: z.int(),
});
export type ItineraryOffer = z.infer<typeof itineraryOffer>;

/** What signs the ids of itineraries, so that nothing else that is signed with the same secret is one. */
export const itineraryIdPurpose = 'itinerary ids';

const leg = /^[A-Z0-9]{3}-[A-Z0-9]{3}:\d{4}-\d{2}-\d{2}$/;

const legs = z
  .string()
  .max(200)
  .refine(
    (value) => value.split(',').every((one) => leg.test(one) && localDate.safeParse(one.slice(-10)).success),
    'must be legs like JFK-LHR:2026-12-25,LHR-CDG:2026-12-28',
  )
  .refine((value) => value.split(',').length <= maximumLegs, `must have at most ${maximumLegs} legs`)
  .refine((value) => {
    const dates = value.split(',').map((one) => one.slice(-10));
    return dates.every((date, index) => index === 0 || date >= (dates[index - 1] ?? ''));
  }, 'must have no leg on a day before that of the leg before')
  .meta({ examples: ['JFK-LHR:2026-12-25,LHR-CDG:2026-12-28'] });

/** One way and back, or up to six legs, but not a mixture. */
function checkWay(
  query: { legs?: string | undefined; origin?: string | undefined; destination?: string | undefined } & {
    date?: string | undefined;
    returnDate?: string | undefined;
  },
  context: z.core.$RefinementCtx,
): void {
  const issue = (parameter: string, message: string, code?: string) =>
    context.addIssue({ code: 'custom', path: [parameter], message, ...(code ? { params: { code } } : {}) });
  for (const name of ['origin', 'destination', 'date'] as const) {
    if (query.legs === undefined && query[name] === undefined) issue(name, 'is needed, or legs instead', 'required');
    if (query.legs !== undefined && query[name] !== undefined) issue(name, 'must not stand beside legs');
  }
  if (query.returnDate === undefined) return;
  if (query.legs !== undefined) issue('returnDate', 'must not stand beside legs');
  else if (query.date !== undefined && query.returnDate < query.date) issue('returnDate', 'must not be before date');
}

export const searchItinerariesRoute = defineRoute({
  id: 'searchItineraries',
  service,
  method: 'get',
  path: '/itineraries',
  access: 'anyone',
  summary: 'Search ways to get there, direct and connecting, out and back or over several cities',
  query: z
    .strictObject({
      origin: text(100).optional().describe('Airport code, city code, or exact name of a city'),
      destination: text(100).optional().describe('Airport code, city code, or exact name of a city'),
      date: localDate.optional().describe('Local day of the first departure'),
      returnDate: localDate.optional().describe('Local day of the first departure on the way back'),
      legs: legs.optional().describe('Several cities, instead of origin, destination and dates'),
      maxStops: queryInteger({ min: 0, max: maximumStops }).default(1).describe('Changes on each leg'),
      cabin: cabin.default('economy').describe('On all flights'),
      passengers: queryInteger({ min: 1, max: 9 }).default(1).describe('Who take a seat'),
      sort: z.enum(['price', 'duration', 'departure']).default('price'),
      ...pageQuery,
    })
    .superRefine(checkWay),
  answer: { status: 200, description: 'The itineraries found', schema: page(itinerary) },
});

export const fareCalendarRoute = defineRoute({
  id: 'readFareCalendar',
  service,
  method: 'get',
  path: '/fares/calendar',
  access: 'anyone',
  summary: 'The cheapest way to get there on each day of a month',
  query: z.strictObject({
    origin: text(100).describe('Airport code, city code, or exact name of a city'),
    destination: text(100).describe('Airport code, city code, or exact name of a city'),
    month: z
      .string()
      .regex(/^\d{4}-(?:0[1-9]|1[0-2])$/, 'must be a month like 2026-12')
      .meta({ examples: ['2026-12'] }),
    maxStops: queryInteger({ min: 0, max: maximumStops }).default(1),
    cabin: cabin.default('economy'),
    passengers: queryInteger({ min: 1, max: 9 }).default(1),
  }),
  answer: {
    status: 200,
    description: 'Days by the calendar of the departure airport; those on which nothing can be booked are left out',
    schema: page(z.object({ date: localDate, price: money.describe('For the whole party') })),
  },
});
