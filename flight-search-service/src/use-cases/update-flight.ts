import type { FlightChange } from '@jetbridge/contracts/flights/routes.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { appendEvents } from '@jetbridge/service-kit/events/outbox.ts';
import type { Seller } from '../clients/seller.ts';
import type { Catalogue } from '../db/catalogue.ts';
import type { Flights } from '../db/flights.ts';
import type { ReferenceData } from '../db/reference-data.ts';
import { changedFlight, seatsToLimit } from '../domain/change-flight.ts';
import { FlightError } from '../domain/errors.ts';
import type { FlightRecord, FlightReferences } from '../domain/flight.ts';
import { flightDeed } from '../messaging/flight-deeds.ts';
import { flightCancelled, flightUpdated } from '../messaging/flight-events.ts';
import { presentFlight } from '../presenters/present-flight.ts';
import { assertTimes } from './create-flight.ts';
import type { ScheduleKeeper } from './keep-schedule.ts';
import { holdOnNames } from './store-flights.ts';

export type ChangeFlightParts = {
  readonly database: Database;
  readonly flights: Flights;
  readonly catalogue: Catalogue;
  readonly reference: ReferenceData;
  readonly keeper: ScheduleKeeper;
  readonly seller: Seller;
  readonly currency: string;
};

/** Tries at one change while others change the same flight; each try loses only to somebody who got through. */
export const maximumTries = 5;

/**
 * Changes a flight and announces it. Seats are taken away only after the seller has agreed; seats that are added go on
 * sale when the seller hears of the change.
 * @param ifVersion the version the change was made for; undefined takes whatever is there.
 * @throws FlightError `flight_not_found`, `stale`, `below_sold`, and what `changedFlight` refuses.
 */
export async function updateFlight(
  parts: ChangeFlightParts,
  asked: { actor: string; flightId: string; change: FlightChange; ifVersion: number | undefined },
): Promise<void> {
  const { flights, seller } = parts;
  for (let tries = 1; tries <= maximumTries; tries++) {
    const before = await findAtVersion(flights, asked.flightId, asked.ifVersion);
    const references = await referencesAfter(parts.reference, before, asked.change);
    const { airplane, origin } = references;
    const after = changedFlight(before, asked.change, {
      airplane,
      timeZone: origin.timeZone,
      currency: parts.currency,
    });
    if (asked.change.departureTime !== undefined || asked.change.arrivalTime !== undefined) assertTimes(after);
    const cabins = seatsToLimit(before, after);
    const { id: flightId, version } = after;
    if (cabins.length > 0 && (await seller.limit({ flightId, version, cabins })) === 'stale') continue;
    if (!(await store(parts, { actor: asked.actor, before, after, references }))) continue;
    await parts.keeper.refresh([flightId]);
    return;
  }
  throw changesTooFast();
}

/**
 * The flight as it is.
 * @throws FlightError `flight_not_found`, or `stale` when it has another version than the one asked for.
 */
export async function findAtVersion(
  flights: Flights,
  flightId: string,
  ifVersion: number | undefined,
): Promise<FlightRecord> {
  const [flight] = await flights.find([flightId]);
  if (!flight) throw new FlightError('flight_not_found', 'There is no such flight.');
  if (ifVersion === undefined || ifVersion === flight.version) return flight;
  throw new FlightError('stale', `The flight has version ${flight.version} now, not ${ifVersion}: read it again.`);
}

/** For a flight that others changed at each try, which a client may try again. */
export const changesTooFast = () =>
  new FlightError('stale', 'Others change this flight at the same time: read it and try again.');

async function referencesAfter(
  reference: ReferenceData,
  flight: FlightRecord,
  { airplaneId }: FlightChange,
): Promise<FlightReferences> {
  const [references] = await reference.referencesOf([flight]);
  if (!references) throw new Error('References are found for each flight.');
  if (airplaneId === undefined) return references;
  if (!reference.airplane(airplaneId)) await reference.reloadIfStale();
  const airplane = reference.airplane(airplaneId);
  if (!airplane) throw new FlightError('unknown_airplane', 'is no airplane of the catalogue', '/airplaneId');
  return { ...references, airplane };
}

/** False when somebody else changed the flight meanwhile; then nothing is written. */
async function store(
  { database, flights, catalogue, currency }: ChangeFlightParts,
  change: { actor: string; before: FlightRecord; after: FlightRecord; references: FlightReferences },
): Promise<boolean> {
  const { actor, before, after, references } = change;
  const presented = presentFlight(after, references, currency);
  try {
    return await database.write(async (tx) => {
      await holdOnNames(catalogue, [after], tx);
      if (!(await flights.update(before, after, tx))) return false;
      const news = after.status === 'cancelled' ? flightCancelled(presented) : flightUpdated(presented);
      await appendEvents(database, [news, flightDeed({ actor, before, after })], tx);
      return true;
    });
  } catch (error) {
    if (!flights.isTaken(error)) throw error;
    throw new FlightError(
      'flight_exists',
      `${after.flightNumber} leaves ${after.originCode} on ${after.localDate} already.`,
    );
  }
}
