import { z } from 'zod';
import { id, instant, localDateTime, money } from '../http/primitives.ts';

export const cabins = ['economy', 'premium_economy', 'business', 'first'] as const;
export const cabin = z.enum(cabins).meta({ id: 'Cabin' });
export type Cabin = z.infer<typeof cabin>;

export const flightStatuses = ['scheduled', 'delayed', 'boarding', 'departed', 'landed', 'cancelled'] as const;
export const flightStatus = z.enum(flightStatuses).meta({ id: 'FlightStatus' });
export type FlightStatus = z.infer<typeof flightStatus>;

/** An IATA airport (or metropolitan area) code. */
export const placeCode = z.string().regex(/^[A-Z0-9]{3}$/, 'must be an IATA code like JFK');

/** ISO 3166-1 alpha-2. */
export const countryCode = z.string().regex(/^[A-Z]{2}$/, 'must be an ISO 3166-1 code like GB');

/** A city, or a metropolitan area, whose airports are searched together. */
export const city = z
  .object({ code: placeCode, name: z.string(), country: z.string().describe('ISO 3166-1 alpha-2') })
  .meta({ id: 'City' });
export type City = z.infer<typeof city>;

/** IATA airline designator: two characters, at least one of them a letter. */
export const airlineCode = z.string().regex(/^(?:[A-Z][A-Z0-9]|[0-9][A-Z])$/, 'must be an IATA airline code like BA');

/** A terminal of an airport, as timetables name it (IATA SSIM: one or two letters or digits). */
export const terminal = z.string().regex(/^[A-Z0-9]{1,2}$/, 'must be a terminal like 4 or 2E');

/** Airline designator and 1 to 4 digits without leading zeros, with an optional suffix letter (`BA178`). */
export const flightNumber = z
  .string()
  .regex(/^(?:[A-Z][A-Z0-9]|[0-9][A-Z])[1-9]\d{0,3}[A-Z]?$/, 'must be a flight number like BA178');

const minutes = z.int().min(0).max(1_440);

/** How long changing takes at least at an airport; domestic is what does not leave its country. */
export const connectingMinutes = z
  .strictObject({
    domesticToDomestic: minutes.optional(),
    domesticToInternational: minutes.optional(),
    internationalToDomestic: minutes.optional(),
    internationalToInternational: minutes.optional(),
  })
  .meta({ id: 'ConnectingMinutes', description: 'Where nothing is said: 30, 60, 90 and 90' });
export type ConnectingMinutes = z.infer<typeof connectingMinutes>;

export const airport = z
  .object({
    code: placeCode,
    cityCode: placeCode,
    name: z.string(),
    city: z.string(),
    country: z.string().describe('ISO 3166-1 alpha-2'),
    timeZone: z.string().describe('IANA time zone'),
    latitude: z.number(),
    longitude: z.number(),
    connectingMinutes: connectingMinutes.optional().describe('Only where the airport has times of its own'),
  })
  .meta({ id: 'Airport' });
export type Airport = z.infer<typeof airport>;

export const airline = z.object({ code: airlineCode, name: z.string() }).meta({ id: 'Airline' });
export type Airline = z.infer<typeof airline>;

/** Row numbers of a cabin, first to last, and its seat letters in order, an aisle written as a space (`ABC DEF`). */
export const cabinLayout = z
  .object({
    cabin,
    rows: z.object({ first: z.int(), last: z.int() }),
    letters: z.string(),
    exitRows: z.array(z.int()).optional(),
    seats: z.int(),
  })
  .meta({ id: 'CabinLayout' });
export type CabinLayout = z.infer<typeof cabinLayout>;

export const airplane = z
  .object({ id, model: z.string(), registration: z.string().optional(), cabins: z.array(cabinLayout) })
  .meta({ id: 'Airplane' });
export type Airplane = z.infer<typeof airplane>;

/** What may be done with a ticket after the sale, and what it costs per passenger and flight. */
export const fareRules = z
  .strictObject({ refundable: z.boolean(), cancelFee: money, changeFee: money })
  .meta({ id: 'FareRules' });
export type FareRules = z.infer<typeof fareRules>;

export const fare = z
  .object({ cabin, price: money, seats: z.int(), availableSeats: z.int(), rules: fareRules })
  .meta({ id: 'Fare' });
export type Fare = z.infer<typeof fare>;

/** Where a flight leaves and arrives within its airports. Searches leave it out: nobody chooses a flight by it. */
const flightTerminals = {
  departureTerminal: terminal
    .optional()
    .describe('Where it is known, of a flight that is looked at alone; not in lists'),
  arrivalTerminal: terminal.optional().describe('Likewise'),
};

export const flight = z
  .object({
    id,
    flightNumber: z.string(),
    airline,
    origin: airport,
    destination: airport,
    departureTime: instant,
    arrivalTime: instant,
    departureLocal: localDateTime,
    arrivalLocal: localDateTime,
    ...flightTerminals,
    durationMinutes: z.int(),
    status: flightStatus,
    airplane: z.object({ id, model: z.string() }),
    fares: z.array(fare),
    version: z.int(),
  })
  .meta({ id: 'Flight' });
export type Flight = z.infer<typeof flight>;
