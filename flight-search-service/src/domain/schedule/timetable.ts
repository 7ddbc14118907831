import type { AirplaneType, Fleet } from '../fleet/airplane-type.ts';
import { type AirportPlace, distanceKm } from '../places/geography.ts';
import {
  dayMs,
  formatLocalDate,
  instantsOf,
  isoWeekday,
  parseLocalDate,
  parseLocalDateTime,
  type WallMs,
} from '../places/local-time.ts';
import { faresFor } from '../pricing/fares.ts';
import { blockMinutes } from './block-time.ts';
import type { FlightDraft } from './flight-draft.ts';

/** A flight that goes at the same local time on some or all days of the week: a row of `seed/routes.csv`. */
export type Route = {
  readonly airline: string;
  /** Digits only: `178`. */
  readonly number: string;
  readonly origin: string;
  readonly destination: string;
  /** `18:30`. */
  readonly departureLocal: string;
  /** A type of the fleet: `B77W`. */
  readonly aircraft: string;
  /** ISO weekdays of departure, Monday 1 to Sunday 7: `1234567`. */
  readonly days: string;
};

/** What the rolling timetable is made of. */
export type TimetablePlan = {
  readonly routes: readonly Route[];
  readonly airports: ReadonlyMap<string, AirportPlace>;
  readonly fleet: Fleet;
  /** The first local day of departure (`2026-11-21`), the same at every origin. */
  readonly fromLocalDate: string;
  readonly days: number;
};

/** A timetable that asks for more flights than this is a mistake in its routes or its number of days. */
export const maximumTimetableFlights = 100_000;

/** A route with what does not change from day to day. */
type PreparedRoute = {
  readonly route: Route;
  readonly origin: AirportPlace;
  readonly airplane: AirplaneType;
  readonly km: number;
  readonly blockMs: number;
  /** From midnight. */
  readonly departureMs: number;
};

/**
 * The flights of the timetable, day by day, computed as they are asked for. The same plan always yields the same flights,
 * and plans of adjoining days join without gap or overlap. On a day whose clocks skip the departure time the flight does
 * not go; on a day that has it twice, it goes at the first.
 *
 * @throws Error at the first flight when the plan names an unknown airport, airplane or time, or has more than
 *   `maximumTimetableFlights`.
 */
export function* timetableFlights(plan: TimetablePlan): Generator<FlightDraft, void, void> {
  const firstDayMs = parseLocalDate(plan.fromLocalDate);
  if (firstDayMs === undefined) {
    throw new Error(`A timetable must begin on a day like 2026-11-21, not on "${plan.fromLocalDate}"`);
  }
  const prepared = plan.routes.map((route) => prepare(route, plan));
  refuseTooMany(plan, firstDayMs);
  for (let day = 0; day < plan.days; day++) {
    const midnightMs = firstDayMs + day * dayMs;
    for (const each of prepared) {
      const flight = flies(each.route, midnightMs) ? flightOn(each, midnightMs) : undefined;
      if (flight !== undefined) {
        yield flight;
      }
    }
  }
}

function prepare(route: Route, { airports, fleet }: TimetablePlan): PreparedRoute {
  const origin = airports.get(route.origin);
  const destination = airports.get(route.destination);
  const airplane = fleet.get(route.aircraft);
  const departureMs = parseLocalDateTime(`2000-01-01T${route.departureLocal}`);
  if (origin === undefined || destination === undefined || airplane === undefined || departureMs === undefined) {
    const name = `${route.airline}${route.number} ${route.origin}-${route.destination}`;
    throw new Error(
      `The route ${name} names an unknown airport, the airplane "${route.aircraft}" or a time "${route.departureLocal}" that is none`,
    );
  }
  return {
    route,
    origin,
    airplane,
    km: distanceKm(origin, destination),
    blockMs: blockMinutes(origin, destination, airplane) * 60_000,
    departureMs: departureMs % dayMs,
  };
}

function refuseTooMany(plan: TimetablePlan, firstDayMs: WallMs): void {
  let flights = 0;
  for (let day = 0; day < plan.days && flights <= maximumTimetableFlights; day++) {
    flights += plan.routes.filter((route) => flies(route, firstDayMs + day * dayMs)).length;
  }
  if (flights > maximumTimetableFlights) {
    throw new Error(
      `${plan.routes.length} routes over ${plan.days} days are more than ${maximumTimetableFlights} flights: take fewer days`,
    );
  }
}

function flies(route: Route, midnightMs: WallMs): boolean {
  return route.days.includes(String(isoWeekday(midnightMs)));
}

function flightOn(prepared: PreparedRoute, midnightMs: WallMs): FlightDraft | undefined {
  const { route, origin, airplane, km, blockMs } = prepared;
  const departureWallMs = midnightMs + prepared.departureMs;
  const [departsAtMs] = instantsOf(departureWallMs, origin.timeZone);
  if (departsAtMs === undefined) {
    return undefined;
  }
  return {
    airlineCode: route.airline,
    flightNumber: `${route.airline}${route.number}`,
    originCode: route.origin,
    destinationCode: route.destination,
    localDate: formatLocalDate(midnightMs),
    departsAtMs,
    arrivesAtMs: departsAtMs + blockMs,
    model: airplane.model,
    fares: faresFor(airplane, { distanceKm: km, departureWallMs }),
  };
}
