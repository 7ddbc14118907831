import { migrate } from '@jetbridge/service-kit/database/migrate.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { createLogger } from '@jetbridge/service-kit/log/logger.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCatalogue } from '../../src/db/catalogue.ts';
import { createFlights } from '../../src/db/flights.ts';
import { createReferenceData } from '../../src/db/reference-data.ts';
import { createScheduleRows } from '../../src/db/schedule-rows.ts';
import type { FlightRecord } from '../../src/domain/flight.ts';
import { createSchedule } from '../../src/domain/search/schedule.ts';
import { createFlightFragments } from '../../src/presenters/flight-fragments.ts';
import { presentFlight } from '../../src/presenters/present-flight.ts';
import { migrations } from '../../src/service.ts';
import { createScheduleKeeper } from '../../src/use-cases/keep-schedule.ts';
import { seedCatalogue } from '../../src/use-cases/seed-catalogue.ts';
import { openOwnDatabase } from '../flight-world.ts';
import { randomFlight } from './random-schedule.ts';

/** Airports of three zones, one half an hour off, one whose name needs more than ASCII. */
const codesOf: Readonly<Record<string, string>> = {
  AAA: 'JFK',
  BBB: 'LHR',
  CCC: 'DEL',
  DDD: 'ZRH',
  EEE: 'AKL',
  FFF: 'HNL',
};

/** Some of the flights have terminals, which no list shows. */
const noTerminals = { departureTerminal: null, arrivalTerminal: null };

describeOnEachDatabase('the schedule in memory', (kind) => {
  const log = createLogger({ service: 'test', level: 'fatal' });
  let database: Database;

  beforeAll(async () => {
    database = await openOwnDatabase(kind.settings());
    await migrate(database, migrations, log);
    await seedCatalogue(database, createCatalogue(database));
  }, 60_000);
  afterAll(() => database.close());

  /** A memory of its own, as each process has one. */
  async function openMemory() {
    const schedule = createSchedule();
    const reference = createReferenceData(createCatalogue(database));
    await reference.reload();
    const flights = createFlights(database);
    const rows = createScheduleRows(database);
    const keeper = createScheduleKeeper({ schedule, rows, flights, reference, log });
    const fragments = createFlightFragments({ schedule, names: reference, currency: 'USD' });
    return { schedule, reference, flights, keeper, fragments };
  }
  type Memory = Awaited<ReturnType<typeof openMemory>>;

  async function insert(flights: readonly FlightRecord[]): Promise<void> {
    await database.write((tx) => createFlights(database).insert(flights, tx));
  }

  /** Every flight of a memory as the API shows it, by id. */
  const shownBy = ({ schedule, fragments }: Memory) =>
    Array.from({ length: schedule.slotLimit() }, (_, slot) => slot)
      .filter((slot) => schedule.idOf(slot) !== '')
      .map((slot) => fragments.jsonOf(slot).toString())
      .toSorted();

  /** The same out of the database, by way of the presenter. */
  async function shownByDatabase({ reference }: Memory): Promise<string[]> {
    const records = await createScheduleRows(database).flightsAfter('', 10_000);
    const references = await reference.referencesOf(records);
    return records
      .map((record, index) => {
        const names = references[index];
        if (!names) throw new Error('References are found for each flight.');
        return JSON.stringify(presentFlight({ ...record, ...noTerminals }, names, 'USD'));
      })
      .toSorted();
  }

  /** The first flights by id, as the service knows them. */
  async function firstFlights({ flights }: Memory, count: number): Promise<FlightRecord[]> {
    return flights.find((await createScheduleRows(database).flightsAfter('', count)).map(({ id }) => id));
  }

  let serial = 0;
  function realFlights(count: number): FlightRecord[] {
    const drawn = fc.sample(fc.noBias(randomFlight), count);
    return drawn.map((flight) => ({
      ...flight,
      id: `flt_${String(serial++).padStart(26, '0')}`,
      flightNumber: `BA${(serial % 9_999) + 1}${serial % 2 ? 'A' : ''}`,
      localDate: `${2100 + Math.floor(serial / 9_999)}-01-01`,
      originCode: codesOf[flight.originCode] ?? '',
      destinationCode: codesOf[flight.destinationCode] ?? '',
      airplaneId: 'apl_boeing_777_300er',
    }));
  }

  test('loads every flight, page after page, and writes each character by character as it is presented', async () => {
    await insert(realFlights(5_500));
    const memory = await openMemory();
    await memory.keeper.catchUp();
    expect(memory.schedule.count()).toBe(5_500);
    expect(shownBy(memory)).toEqual(await shownByDatabase(memory));
    // Once more, out of what was kept.
    expect(shownBy(memory)).toEqual(await shownByDatabase(memory));
  });

  test('takes over whatever differs, though no event told of it', async () => {
    const memory = await openMemory();
    await memory.keeper.catchUp();
    const [one, two, three] = await firstFlights(memory, 3);
    if (!one || !two || !three) throw new Error('The test before left flights.');
    const [fare] = two.fares;
    if (!fare) throw new Error('Each flight has a fare.');
    await insert(realFlights(3));
    await database.write(async (tx) => {
      await memory.flights.remove(one, tx);
      const dearer = [{ ...fare, priceMinor: 77_700 }, ...two.fares.slice(1)];
      const extra = { ...fare, cabin: 'first' as const, priceMinor: 99_900 };
      await memory.flights.update(two, { ...two, version: two.version + 1, fares: [...dearer, extra] }, tx);
      const cabins = [{ cabin: three.fares[0]?.cabin ?? 'economy', capacity: 9, sold: 1, held: 1 }];
      await memory.flights.applyInventory({ flightId: three.id, version: three.inventoryVersion + 1, cabins }, tx);
    });
    expect(shownBy(memory)).not.toEqual(await shownByDatabase(memory));
    await memory.keeper.catchUp();
    expect(shownBy(memory)).toEqual(await shownByDatabase(memory));
  });

  test('of what happens while it loads, nothing is lost and nothing comes back', async () => {
    const memory = await openMemory();
    const loading = memory.keeper.catchUp();
    const [first, second] = await firstFlights(memory, 2);
    if (!first || !second) throw new Error('The tests before left flights.');
    const [fare] = second.fares;
    if (!fare) throw new Error('Each flight has a fare.');
    await database.write(async (tx) => {
      await memory.flights.remove(first, tx);
    });
    await memory.keeper.refresh([first.id]);
    const version = second.inventoryVersion + 5;
    memory.keeper.hearOfSeats({
      flightId: second.id,
      version,
      cabins: [{ cabin: fare.cabin, sold: fare.seats, held: 0 }],
    });
    await loading;
    expect(memory.schedule.slotOf(first.id)).toBeUndefined();
    const slot = memory.schedule.slotOf(second.id) ?? -1;
    expect(JSON.parse(memory.fragments.jsonOf(slot).toString()).fares[0]).toMatchObject({
      cabin: fare.cabin,
      availableSeats: 0,
    });
    // The database hears of it later, and until then says less; that is not taken for news.
    await memory.keeper.catchUp();
    expect(JSON.parse(memory.fragments.jsonOf(slot).toString()).fares[0]).toMatchObject({ availableSeats: 0 });
  });
});
