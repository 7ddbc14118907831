import type { Cabin, FlightStatus } from '@jetbridge/contracts/flights/schemas.ts';
import type { FareRecord, SearchableFlight } from '../flight.ts';
import { dayMs } from '../places/local-time.ts';
import { type Columns, createColumns, growColumns, grownCapacity } from './columns.ts';
import { createFlightIds } from './flight-ids.ts';
import { createFlightRoutes } from './flight-routes.ts';
import { createNumbering } from './numbering.ts';

/** In the order that flights show their fares; the place of each is its number. */
export const cabinsByNumber: readonly Cabin[] = ['economy', 'premium_economy', 'business', 'first'];
export const statusesByNumber: readonly FlightStatus[] = [
  'scheduled',
  'delayed',
  'boarding',
  'departed',
  'landed',
  'cancelled',
];

/** Seats of statuses below this number can be booked. */
const firstClosedStatus = statusesByNumber.indexOf('departed');

export const minuteMs = 60_000;

/** One value per flight; times in minutes since 1970, days since 1970 on the calendar of the origin. 38 bytes. */
const flightKinds = {
  departure: Int32Array,
  arrival: Int32Array,
  localDay: Int32Array,
  origin: Uint16Array,
  destination: Uint16Array,
  airline: Uint16Array,
  airplane: Uint16Array,
  number: Uint16Array,
  /** The letter behind the number as a character's code; 0 where there is none. */
  suffix: Uint8Array,
  status: Uint8Array,
  version: Int32Array,
  inventoryVersion: Int32Array,
  /** Where the flight's fares begin, and how many there are. */
  fareStart: Int32Array,
  fareCount: Uint8Array,
  /** Rises with each change, so that what was made of a flight can be told from what would be made of it now. */
  stamp: Uint32Array,
} as const;

/** One value per fare; amounts in minor units. 30 bytes. */
const fareKinds = {
  price: Float64Array,
  cancelFee: Float64Array,
  changeFee: Float64Array,
  seats: Uint16Array,
  taken: Uint16Array,
  cabin: Uint8Array,
  refundable: Uint8Array,
} as const;

export type FlightColumns = Columns<typeof flightKinds>;
export type FareColumns = Columns<typeof fareKinds>;

/** What is sold and held of a flight, as of a version that only counts these. */
export type TakenSeats = {
  readonly flightId: string;
  readonly version: number;
  readonly cabins: readonly { readonly cabin: Cabin; readonly sold: number; readonly held: number }[];
};

/** The whole schedule in memory. */
export type Schedule = ReturnType<typeof createSchedule>;

/**
 * Dated flights in typed arrays, a slot each. Reads go to the columns directly, writes through the functions. Which of two
 * states of a flight is newer is told by their versions, those of its own facts and of its seats apart, so that states may
 * come late, twice, and in any order.
 */
export function createSchedule() {
  const initialFlights = 1_024;
  const flights = createColumns(flightKinds, initialFlights);
  const fares = createColumns(fareKinds, initialFlights * 2);
  const ids = createFlightIds(initialFlights);
  const airports = createNumbering('airports');
  const airlines = createNumbering('airlines');
  const airplanes = createNumbering('airplanes');
  const routes = createFlightRoutes({
    departureOf: (slot) => flights.departure[slot] ?? 0,
    compareIds: ids.compare,
  });
  const freeSlots: number[] = [];
  let usedSlots = 0;
  let usedFares = 0;
  /** Never goes back, so that a slot that is used again has other stamps than before. */
  let lastStamp = 0;

  function reserve(flightCount: number, fareCount: number): void {
    if (flightCount > flights.departure.length) {
      growColumns(flightKinds, flights, flightCount);
      ids.reserve(flightCount);
    }
    if (fareCount > fares.price.length) growColumns(fareKinds, fares, fareCount);
  }

  function takeSlot(): number {
    const free = freeSlots.pop();
    if (free !== undefined) return free;
    if (usedSlots === flights.departure.length) reserve(grownCapacity(usedSlots), 0);
    return usedSlots++;
  }

  function writeFlight(slot: number, record: SearchableFlight): void {
    flights.departure[slot] = record.departsAtMs / minuteMs;
    flights.arrival[slot] = record.arrivesAtMs / minuteMs;
    flights.localDay[slot] = dayNumberOf(record.localDate);
    flights.origin[slot] = airports.numberFor(record.originCode);
    flights.destination[slot] = airports.numberFor(record.destinationCode);
    flights.airline[slot] = airlines.numberFor(record.airlineCode);
    flights.airplane[slot] = airplanes.numberFor(record.airplaneId);
    const { number, suffix } = numberParts(record);
    flights.number[slot] = number;
    flights.suffix[slot] = suffix;
    flights.status[slot] = statusesByNumber.indexOf(record.status);
    flights.version[slot] = record.version;
    flights.inventoryVersion[slot] = record.inventoryVersion;
    flights.stamp[slot] = ++lastStamp;
  }

  function writeFares(slot: number, records: readonly FareRecord[]): void {
    // Where fares were added, all of them move to the end; what they leave behind is lost until the next start.
    if (records.length > (flights.fareCount[slot] ?? 0)) {
      if (usedFares + records.length > fares.price.length) reserve(0, grownCapacity(usedFares + records.length));
      flights.fareStart[slot] = usedFares;
      usedFares += records.length;
    }
    flights.fareCount[slot] = records.length;
    const start = flights.fareStart[slot] ?? 0;
    for (const [index, fare] of records.entries()) {
      const at = start + index;
      fares.price[at] = fare.priceMinor;
      fares.cancelFee[at] = fare.cancelFeeMinor;
      fares.changeFee[at] = fare.changeFeeMinor;
      fares.seats[at] = fare.seats;
      fares.taken[at] = fare.taken;
      fares.cabin[at] = cabinsByNumber.indexOf(fare.cabin);
      fares.refundable[at] = fare.refundable ? 1 : 0;
    }
  }

  function insert(record: SearchableFlight): void {
    const slot = takeSlot();
    flights.fareCount[slot] = 0;
    writeFlight(slot, record);
    writeFares(slot, record.fares);
    ids.add(slot, record.id);
    addToRoute(slot, record);
  }

  function addToRoute(slot: number, { fares: records }: SearchableFlight): void {
    const route = routes.add(flights.origin[slot] ?? 0, flights.destination[slot] ?? 0, slot);
    route.leastMinutes = Math.min(route.leastMinutes, (flights.arrival[slot] ?? 0) - (flights.departure[slot] ?? 0));
    for (const { cabin, priceMinor } of records) {
      const number = cabinsByNumber.indexOf(cabin);
      route.leastPrices[number] = Math.min(route.leastPrices[number] ?? 0, priceMinor);
    }
  }

  function replace(slot: number, record: SearchableFlight): void {
    const seatsKnown = flights.inventoryVersion[slot] ?? 0;
    const kept = seatsKnown > record.inventoryVersion ? takenByCabin(slot) : undefined;
    routes.remove(flights.origin[slot] ?? 0, flights.destination[slot] ?? 0, slot);
    writeFlight(slot, record);
    writeFares(
      slot,
      kept ? record.fares.map((fare) => ({ ...fare, taken: kept.get(fare.cabin) ?? fare.taken })) : record.fares,
    );
    if (kept) flights.inventoryVersion[slot] = seatsKnown;
    addToRoute(slot, record);
  }

  function takenByCabin(slot: number): Map<Cabin | undefined, number> {
    const start = flights.fareStart[slot] ?? 0;
    return new Map(
      Array.from({ length: flights.fareCount[slot] ?? 0 }, (_, index) => [
        cabinsByNumber[fares.cabin[start + index] ?? 0],
        fares.taken[start + index] ?? 0,
      ]),
    );
  }

  /** Whether seats of a flight are on sale at all: it is not cancelled, and did not leave. */
  function isOpen(slot: number): boolean {
    return (flights.status[slot] ?? 0) < firstClosedStatus;
  }

  /** The price of a cabin (its number) that has so many free seats left, for one of them; -1 where it has not. */
  function priceOf(slot: number, cabin: number, seats: number): number {
    const start = flights.fareStart[slot] ?? 0;
    const end = start + (flights.fareCount[slot] ?? 0);
    for (let at = start; at < end; at++) {
      if (fares.cabin[at] !== cabin) continue;
      return (fares.seats[at] ?? 0) - (fares.taken[at] ?? 0) >= seats ? (fares.price[at] ?? 0) : -1;
    }
    return -1;
  }

  return {
    flights: flights as Readonly<FlightColumns>,
    fares: fares as Readonly<FareColumns>,
    routes,
    airports,
    airlines,
    airplanes,
    idOf: ids.idOf,
    compareIds: ids.compare,
    slotOf: ids.find,
    count: ids.count,
    /** Makes room for so many at once, where the number is known beforehand. */
    reserve,
    /** Slots are below this number; the id of an empty one is an empty text. */
    slotLimit: () => usedSlots,

    /** Takes over a state of a flight; of what is known in a newer version, that stays. */
    put(record: SearchableFlight): void {
      const slot = ids.find(record.id);
      if (slot === undefined) insert(record);
      else if (record.version >= (flights.version[slot] ?? 0)) replace(slot, record);
    },
    /** A flight that is not there any more. */
    remove(id: string): void {
      const slot = ids.find(id);
      if (slot === undefined) return;
      routes.remove(flights.origin[slot] ?? 0, flights.destination[slot] ?? 0, slot);
      ids.remove(slot);
      flights.stamp[slot] = ++lastStamp;
      freeSlots.push(slot);
    },
    /** Takes over what is sold and held; false for a flight that is not known. */
    applyTaken({ flightId, version, cabins }: TakenSeats): boolean {
      const slot = ids.find(flightId);
      if (slot === undefined) return false;
      if (version <= (flights.inventoryVersion[slot] ?? 0)) return true;
      const start = flights.fareStart[slot] ?? 0;
      for (let at = start; at < start + (flights.fareCount[slot] ?? 0); at++) {
        const told = cabins.find(({ cabin }) => cabin === cabinsByNumber[fares.cabin[at] ?? 0]);
        if (told) fares.taken[at] = told.sold + told.held;
      }
      flights.inventoryVersion[slot] = version;
      flights.stamp[slot] = ++lastStamp;
      return true;
    },
    isOpen,
    priceOf,
    /** As `priceOf`; -1 also where no seats are on sale. */
    openPriceOf: (slot: number, cabin: number, seats: number) => (isOpen(slot) ? priceOf(slot, cabin, seats) : -1),
    /** The free seats of a cabin. */
    freeSeatsOf(slot: number, cabin: number): number {
      const start = flights.fareStart[slot] ?? 0;
      for (let at = start; at < start + (flights.fareCount[slot] ?? 0); at++) {
        if (fares.cabin[at] === cabin) return Math.max(0, (fares.seats[at] ?? 0) - (fares.taken[at] ?? 0));
      }
      return 0;
    },
    flightNumberOf(slot: number): string {
      const suffix = flights.suffix[slot] ?? 0;
      const letter = suffix === 0 ? '' : String.fromCharCode(suffix);
      return `${airlines.codeOf(flights.airline[slot] ?? 0)}${flights.number[slot] ?? 0}${letter}`;
    },
  };
}

/** Days from 1 January 1970 to this one: `2026-12-25`. */
export function dayNumberOf(localDate: string): number {
  return Date.parse(`${localDate}T00:00:00Z`) / dayMs;
}

/** `BA178A` of airline BA as 178 and the code of `A`. */
function numberParts({ flightNumber, airlineCode }: SearchableFlight): { number: number; suffix: number } {
  const digits = Number.parseInt(flightNumber.slice(airlineCode.length), 10);
  const last = flightNumber.charCodeAt(flightNumber.length - 1);
  return { number: digits, suffix: last >= 65 ? last : 0 };
}
