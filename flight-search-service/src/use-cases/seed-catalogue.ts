import type { Airplane } from '@jetbridge/contracts/flights/schemas.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import type { Catalogue } from '../db/catalogue.ts';
import type { AirplaneType } from '../domain/fleet/airplane-type.ts';
import { fold } from '../domain/fold.ts';
import { readSeedAirlines, readSeedAirports, readSeedCities, readSeedFleet } from '../seed/seed-files.ts';

/** Puts what comes with this service into an empty catalogue; leaves others be, but for cities that an earlier release lacks. */
export async function seedCatalogue(database: Database, catalogue: Catalogue): Promise<void> {
  const isEmpty = async (kind: 'city' | 'airport') => (await catalogue.list(kind, { limit: 1 })).length === 0;
  if (!(await isEmpty('airport'))) {
    if (await isEmpty('city')) await database.write((tx) => catalogue.keepCities(readSeedCities(), tx));
    return;
  }
  const airplanes = [...readSeedFleet().values()].map(toAirplane);
  await database.write(async (tx) => {
    await catalogue.keepCities(readSeedCities(), tx);
    await catalogue.keepAirlines(readSeedAirlines(), tx);
    await catalogue.keepAirplanes(airplanes, tx);
    // Last, because an airport tells that everything is there.
    await catalogue.keepAirports(readSeedAirports(), tx);
  });
}

function toAirplane({ model, cabins }: AirplaneType): Airplane {
  return { id: airplaneIdOf(model), model, cabins: [...cabins] };
}

/** The id that a model of the seed fleet has in the catalogue. */
export function airplaneIdOf(model: string): string {
  return `apl_${fold(model).replace(/[^a-z0-9]+/g, '_')}`;
}
