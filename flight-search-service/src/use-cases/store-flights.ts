import type { Airline } from '@jetbridge/contracts/flights/schemas.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { appendEvents, type EventDraft } from '@jetbridge/service-kit/events/outbox.ts';
import { newId } from '@jetbridge/service-kit/ids.ts';
import type { Transaction } from 'sequelize';
import type { Catalogue } from '../db/catalogue.ts';
import type { Flights } from '../db/flights.ts';
import { FlightError } from '../domain/errors.ts';
import { type FlightRecord, toFlightRecord } from '../domain/flight.ts';
import { type FlightDraft, flightKeyOf } from '../domain/schedule/flight-draft.ts';
import { airplaneIdOf } from './seed-catalogue.ts';

/** Flights of one transaction: a thousand, so that others get their turn in between. */
export const flightsPerBatch = 1_000;

/**
 * Stores flights that are not there yet, in one transaction with the airlines they bring along, and returns how many
 * were new. A flight that is there already, by number, origin and local day, stays as it is.
 */
export async function storeFlights(
  parts: { database: Database; flights: Flights; catalogue: Catalogue },
  drafts: readonly FlightDraft[],
  newAirlines: readonly Airline[] = [],
): Promise<number> {
  const { database, flights, catalogue } = parts;
  return database.write(async (tx) => {
    const taken = await flights.findTakenKeys(drafts.map(flightKeyOf), tx);
    const records = drafts
      .filter((draft) => !taken.has(flightKeyOf(draft)))
      .map((draft) => toFlightRecord(draft, { id: newId('flt'), airplaneId: airplaneIdOf(draft.model) }));
    await catalogue.keepAirlines(newAirlines, tx);
    await holdOnNames(catalogue, records, tx);
    await flights.insert(records, tx);
    return records.length;
  });
}

/**
 * What flights refer to must not be deleted in the moment in which they begin to.
 * @throws FlightError `unknown_airport` when something was.
 */
export async function holdOnNames(
  catalogue: Catalogue,
  records: readonly Pick<FlightRecord, 'airlineCode' | 'originCode' | 'destinationCode' | 'airplaneId'>[],
  tx: Transaction,
): Promise<void> {
  if (records.length === 0) return;
  const airports = records.flatMap(({ originCode, destinationCode }) => [originCode, destinationCode]);
  const areThere =
    (await catalogue.holdOn(
      'airline',
      records.map(({ airlineCode }) => airlineCode),
      tx,
    )) &&
    (await catalogue.holdOn(
      'airplane',
      records.map(({ airplaneId }) => airplaneId),
      tx,
    )) &&
    (await catalogue.holdOn('airport', airports, tx));
  if (!areThere)
    throw new FlightError('unknown_airport', 'or airline or airplane was deleted a moment ago', '/originCode');
}

/**
 * Tells that many flights came into the schedule at once, so that every process takes them into its memory.
 * @param deeds what is told beside it, for the audit log.
 */
export async function announceFlights(
  database: Database,
  importId: string,
  counts: { created: number; rejected: number },
  deeds: readonly EventDraft[] = [],
): Promise<void> {
  const event = { type: 'schedule.imported', subject: importId, data: { importId, version: 1, ...counts } } as const;
  await database.write((tx) => appendEvents(database, [event, ...deeds], tx));
}
