import type { Airline, Airplane, Airport } from '@jetbridge/contracts/flights/schemas.ts';
import type { FlightReferences, SearchableFlight } from '../domain/flight.ts';
import { createPlaces } from '../domain/places/places.ts';
import type { Catalogue } from './catalogue.ts';

/** What another process added is seen this much later at most, when someone asks for it. */
const staleAfterMs = 1_000;

/**
 * Airports, airlines and airplanes in memory: a few thousand rows that every answer needs. What is not there, because
 * another process has added it meanwhile, makes this one read them all again.
 */
export function createReferenceData(catalogue: Catalogue) {
  let airports = new Map<string, Airport>();
  let airlines = new Map<string, Airline>();
  let airplanes = new Map<string, Airplane>();
  let places = createPlaces([], []);
  let edition = 0;
  let reloadedAtMs = Number.NEGATIVE_INFINITY;

  async function reload(): Promise<void> {
    reloadedAtMs = performance.now();
    airports = new Map((await catalogue.all('airport')).map((airport) => [airport.code, airport]));
    airlines = new Map((await catalogue.all('airline')).map((airline) => [airline.code, airline]));
    airplanes = new Map((await catalogue.all('airplane')).map((airplane) => [airplane.id, airplane]));
    places = createPlaces([...airports.values()], await catalogue.all('city'));
    edition += 1;
  }

  function lookUp(record: Pick<SearchableFlight, 'airlineCode' | 'originCode' | 'destinationCode' | 'airplaneId'>) {
    const airline = airlines.get(record.airlineCode);
    const origin = airports.get(record.originCode);
    const destination = airports.get(record.destinationCode);
    const airplane = airplanes.get(record.airplaneId);
    return { airline, origin, destination, airplane };
  }

  /** What these flights refer to, in their order. @throws when the database itself does not know it. */
  async function referencesOf(records: readonly SearchableFlight[]): Promise<FlightReferences[]> {
    if (records.some((record) => !isComplete(lookUp(record)))) await reload();
    return records.map((record) => {
      const references = lookUp(record);
      if (isComplete(references)) return references;
      throw new Error(`Flight ${record.id} refers to an airport, airline or airplane that does not exist.`);
    });
  }

  return {
    reload,
    /** Reads them again unless that was done a moment ago: asking for what does not exist must cost little. */
    reloadIfStale: async () => {
      if (performance.now() - reloadedAtMs > staleAfterMs) await reload();
    },
    /** Rises whenever they were read again: what was made of them may look different now. */
    edition: () => edition,
    /** Codes of the airports that a place names: see `createPlaces`. */
    airportCodesOf: (place: string) => places.airportCodesOf(place),
    airport: (code: string) => airports.get(code),
    airline: (code: string) => airlines.get(code),
    airplane: (id: string) => airplanes.get(id),
    airports: () => airports as ReadonlyMap<string, Airport>,

    /** Reads them again where one of these flights refers to what is not there. @throws when the database does not know it. */
    async assertKnown(records: readonly SearchableFlight[]): Promise<void> {
      const unknown = records.filter(
        ({ airlineCode, originCode, destinationCode, airplaneId }) =>
          !airlines.has(airlineCode) ||
          !airports.has(originCode) ||
          !airports.has(destinationCode) ||
          !airplanes.has(airplaneId),
      );
      if (unknown.length > 0) await referencesOf(unknown);
    },
    referencesOf,
  };
}

export type ReferenceData = ReturnType<typeof createReferenceData>;

function isComplete(
  references: { [Name in keyof FlightReferences]: FlightReferences[Name] | undefined },
): references is FlightReferences {
  return Object.values(references).every((reference) => reference !== undefined);
}
