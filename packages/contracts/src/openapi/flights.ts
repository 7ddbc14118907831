import { importFlightsRoute, readImportRoute, type ScheduleImport } from '../flights/imports.ts';
import { fareCalendarRoute, type Itinerary, searchItinerariesRoute } from '../flights/itineraries.ts';
import {
  createFlightRoute,
  deleteFlightRoute,
  readFlightImpactRoute,
  readFlightRoute,
  searchFlightsRoute,
  updateFlightRoute,
} from '../flights/routes.ts';
import type { Airline, Airplane, Airport, FareRules, Flight } from '../flights/schemas.ts';
import { publish } from './published-route.ts';

export const exampleFlightId = 'flt_01k7v5c0d4r8m2n6p9s3t7w1xy';

export const exampleOrigin: Airport = {
  code: 'JFK',
  cityCode: 'NYC',
  name: 'John F. Kennedy International Airport',
  city: 'New York',
  country: 'US',
  timeZone: 'America/New_York',
  latitude: 40.6398,
  longitude: -73.7789,
};

export const exampleDestination: Airport = {
  code: 'LHR',
  cityCode: 'LON',
  name: 'London Heathrow Airport',
  city: 'London',
  country: 'GB',
  timeZone: 'Europe/London',
  latitude: 51.4706,
  longitude: -0.4619,
};

export const exampleAirline: Airline = { code: 'BA', name: 'British Airways' };

export const exampleAirplane: Airplane = {
  id: 'apl_01k7v5a1b2c3d4e5f6g7h8j9km',
  model: 'Boeing 777-200ER',
  registration: 'G-VIIA',
  cabins: [
    { cabin: 'business', rows: { first: 1, last: 12 }, letters: 'AB EF JK', seats: 72 },
    { cabin: 'economy', rows: { first: 20, last: 42 }, letters: 'ABC DEFG HJK', exitRows: [20, 33], seats: 230 },
  ],
};

export const exampleFareRules: FareRules = {
  refundable: true,
  cancelFee: { amount: 5_000, currency: 'USD' },
  changeFee: { amount: 2_500, currency: 'USD' },
};

const price = { amount: 29_900, currency: 'USD' };

const flight: Flight = {
  id: exampleFlightId,
  flightNumber: 'BA178',
  airline: exampleAirline,
  origin: exampleOrigin,
  destination: exampleDestination,
  departureTime: '2026-12-25T23:00:00Z',
  arrivalTime: '2026-12-26T06:00:00Z',
  departureLocal: '2026-12-25T18:00',
  arrivalLocal: '2026-12-26T06:00',
  durationMinutes: 420,
  status: 'scheduled',
  airplane: { id: exampleAirplane.id, model: exampleAirplane.model },
  fares: [{ cabin: 'economy', price, seats: 230, availableSeats: 212, rules: exampleFareRules }],
  version: 1,
};

/** The same, looked at alone. */
const flightAlone: Flight = { ...flight, departureTerminal: '8', arrivalTerminal: '5' };

export const exampleItineraryId =
  'eyJmbGlnaHRzIjpbeyJpZCI6ImZsdF8wMWs3djVjMGQ0cjhtMm42cDlzM3Q3dzF4eSIsInByaWNlIjoyOTkwMH1dfQ.q1w2e3r4t5y6u7i8o9p0';

const itinerary: Itinerary = {
  id: exampleItineraryId,
  segments: [flight],
  legs: [{ segments: [flight], durationMinutes: 420, stops: 0 }],
  price,
  availableSeats: 212,
  expiresAt: '2026-11-02T09:46:00Z',
};

const search = [
  publish(searchFlightsRoute, {
    tag: 'Search',
    description:
      'Places are airport codes, city codes, or exact names of cities. `date` means the local day of the departure ' +
      'airport; without it the search begins now. An unknown place gives an empty list. Free seats are shown a moment ' +
      'late: only a booking decides.',
    query: { origin: 'JFK', destination: 'LHR', date: '2026-12-25' },
    answer: { data: [flight], nextCursor: null },
  }),
  publish(searchItinerariesRoute, {
    tag: 'Search',
    description:
      'Only trips that no other trip beats: one that leaves no earlier, arrives no later, costs no more and changes no ' +
      'more often. Changing takes at least 30 minutes within a country, more across borders, and at most 24 hours; no ' +
      'trip meets an airport twice. An unknown place gives an empty list.',
    query: { origin: 'JFK', destination: 'LHR', date: '2026-12-25' },
    answer: { data: [itinerary], nextCursor: null },
  }),
  publish(fareCalendarRoute, {
    tag: 'Search',
    query: { origin: 'JFK', destination: 'LHR', month: '2026-12' },
    answer: { data: [{ date: '2026-12-25', price }], nextCursor: null },
  }),
  publish(readFlightRoute, {
    tag: 'Search',
    description:
      'A flight that is looked at alone says its terminals, where they are known; lists and itineraries do not.',
    path: { id: exampleFlightId },
    answer: flightAlone,
  }),
];

const scheduleImport: ScheduleImport = {
  id: 'imp_01k7v9a2b4c6d8e1f3g5h7j9km',
  status: 'succeeded',
  rows: 163_267,
  created: 163_265,
  unchanged: 0,
  rejected: [
    {
      reason: 'implausible_block_time',
      count: 2,
      examples: [{ row: 61_780, detail: '60 minutes for 1236 km; 62 to 510 would be plausible' }],
    },
  ],
  newAirlines: [],
  createdAt: '2026-11-02T09:31:00Z',
};

const schedule = [
  publish(createFlightRoute, {
    tag: 'Schedule',
    body: {
      flightNumber: 'BA178',
      airlineCode: 'BA',
      originCode: 'JFK',
      destinationCode: 'LHR',
      departureTime: '2026-12-25T23:00:00Z',
      arrivalTime: '2026-12-26T06:00:00Z',
      departureTerminal: '8',
      arrivalTerminal: '5',
      airplaneId: exampleAirplane.id,
      fares: [{ cabin: 'economy', price, seats: 230, rules: exampleFareRules }],
    },
    answer: flightAlone,
  }),
  publish(updateFlightRoute, {
    tag: 'Schedule',
    description:
      'What is left out stays. A cancelled flight stays cancelled. Bookings take over another terminal; no mail is sent ' +
      'for it alone: travellers read of it in the next one about their flight.',
    path: { id: exampleFlightId },
    body: { status: 'delayed', departureTime: '2026-12-25T23:40:00Z', arrivalTime: '2026-12-26T06:40:00Z' },
    answer: {
      ...flightAlone,
      status: 'delayed',
      departureTime: '2026-12-25T23:40:00Z',
      arrivalTime: '2026-12-26T06:40:00Z',
      departureLocal: '2026-12-25T18:40',
      arrivalLocal: '2026-12-26T06:40',
      version: 2,
    },
  }),
  publish(readFlightImpactRoute, {
    tag: 'Schedule',
    path: { id: exampleFlightId },
    answer: {
      flightId: exampleFlightId,
      bookings: 11,
      pendingBookings: 1,
      passengers: 19,
      cabins: [{ cabin: 'economy', sold: 16, held: 2 }],
    },
  }),
  publish(importFlightsRoute, {
    tag: 'Schedule',
    description:
      'The first line of CSV names the columns `airline,number,origin,destination,departureLocal,arrivalLocal,aircraft,' +
      'seats,distanceMiles`, which are also the fields of a JSON line; the last three may be empty, and ' +
      '`departureTerminal` and `arrivalTerminal` may stand beside them. Times are local. Flights ' +
      'that are there stay as they are, so that an import which broke off is simply sent again.',
    answer: { ...scheduleImport, status: 'running', rows: 0, created: 0, rejected: [] },
  }),
  publish(readImportRoute, { tag: 'Schedule', path: { id: scheduleImport.id }, answer: scheduleImport }),
  publish(deleteFlightRoute, { tag: 'Schedule', path: { id: exampleFlightId } }),
];

export const flightRoutes = [...search, ...schedule];
