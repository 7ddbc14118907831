import { openDatabase } from '@jetbridge/service-kit/database/open-database.ts';
import { createLogger } from '@jetbridge/service-kit/log/logger.ts';
import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { testInternalSecret } from '@jetbridge/testing/service.ts';
import { expect, test } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { openBookingChecks } from '../src/open-checks.ts';
import { buildOrder, useBookingService } from './booking-world.ts';
import { buildFlight } from './flight-catalogue-server.ts';

describeOnEachDatabase('seats that are not those of the bookings', (database) => {
  const world = useBookingService(database);
  const log = createLogger({ service: 'test', level: 'fatal' });
  const ownDatabase = () =>
    loadConfig({ ...database.settings(), INTERNAL_SECRET: testInternalSecret }).profile.database;
  const openChecks = () => openBookingChecks(ownDatabase(), log);

  async function bookThreeSeats(flight = buildFlight()): Promise<string> {
    const { url, issuer, catalogue } = world();
    catalogue.put(flight);
    const passengers = ['Ada', 'Byron', 'Anne'].map((firstName) => ({
      firstName,
      lastName: 'Lovelace',
      type: 'adult',
    }));
    const body = buildOrder(flight.flight.id, { passengers });
    const placed = await call(url, 'POST /bookings', { token: issuer.user().token, body });
    expect(placed.status).toBe(201);
    return flight.flight.id;
  }

  async function spoil(sql: string, flightId: string): Promise<void> {
    const own = await openDatabase(ownDatabase(), log);
    const statement = `${sql} WHERE flight_id = ? AND cabin = 'economy'`;
    await own.write((transaction) => own.sequelize.query(statement, { replacements: [flightId], transaction }));
    await own.close();
  }

  const soldOf = (flightId: string) =>
    world().rows("SELECT sold, held FROM cabin_inventories WHERE flight_id = ? AND cabin = 'economy'", [flightId]);

  test('are found, repaired, and told of once', async () => {
    const flightId = await bookThreeSeats();
    await using checks = disposable(await openChecks());
    expect((await checks.reconcileInventory({ fix: false })).findings).toEqual([]);

    await spoil('UPDATE cabin_inventories SET sold = 1, held = 4', flightId);
    const difference = {
      flightId,
      cabin: 'economy',
      capacity: 100,
      counted: { sold: 1, held: 4 },
      booked: { sold: 3, held: 0 },
    };
    expect((await checks.reconcileInventory({ fix: false })).findings).toEqual([{ ...difference, outcome: 'found' }]);
    expect(await soldOf(flightId)).toEqual([{ sold: 1, held: 4 }]);

    const before = await versionOf(flightId);
    expect((await checks.reconcileInventory({ fix: true })).findings).toEqual([{ ...difference, outcome: 'repaired' }]);
    expect(await soldOf(flightId)).toEqual([{ sold: 3, held: 0 }]);
    expect(await versionOf(flightId)).toBe(before + 1);
    expect((await checks.reconcileInventory({ fix: false })).findings).toEqual([]);
  });

  test('are found where the row of a cabin is gone, and come back with the capacity of the flight', async () => {
    const flightId = await bookThreeSeats(buildFlight({ economySeats: 50 }));
    await using checks = disposable(await openChecks());
    await spoil('DELETE FROM cabin_inventories', flightId);
    expect((await checks.reconcileInventory({ fix: false })).findings).toMatchObject([{ capacity: null }]);
    expect((await checks.reconcileInventory({ fix: true })).findings).toMatchObject([
      { flightId, outcome: 'repaired' },
    ]);
    expect(await soldOf(flightId)).toEqual([{ sold: 3, held: 0 }]);
  });

  test('are left to people where more are booked than there are', async () => {
    const flightId = await bookThreeSeats();
    await using checks = disposable(await openChecks());
    await spoil('UPDATE cabin_inventories SET sold = 2, capacity = 2', flightId);
    const { findings } = await checks.reconcileInventory({ fix: true });
    expect(findings).toMatchObject([{ flightId, outcome: 'more seats booked than there are' }]);
    expect(await soldOf(flightId)).toEqual([{ sold: 2, held: 0 }]);
  });

  test('are drawn anew where the drawing is not that of the people who have them', async () => {
    const flightId = await bookThreeSeats();
    await using checks = disposable(await openChecks());
    expect(await checks.reconcileSeats({ fix: false })).toEqual([]);
    const had = await world().rows<{ seat: string }>('SELECT seat FROM seats WHERE flight_id = ?', [flightId]);
    const [lost = ''] = had.map(({ seat }) => seat);

    // Taken, all of them.
    await spoil(`UPDATE cabin_inventories SET taken_seats = '${Buffer.alloc(13, 0xff).toString('base64')}'`, flightId);
    const [finding] = await checks.reconcileSeats({ fix: false });
    expect(finding).toMatchObject({ flightId, cabin: 'economy', free: [], outcome: 'found' });
    expect(finding?.takenByNobody).toHaveLength(97);
    await spoil("UPDATE cabin_inventories SET taken_seats = ''", flightId);
    const [free] = await checks.reconcileSeats({ fix: true });
    expect(free).toMatchObject({ takenByNobody: [], outcome: 'repaired' });
    expect(free?.free).toContain(lost);
    expect(await checks.reconcileSeats({ fix: false })).toEqual([]);
    const map = await call(world().url, `GET /flights/${flightId}/seat-map?cabin=economy`);
    const taken = map.body.cabins[0].rows
      .flatMap(({ seats }: { seats: { seat: string; status: string }[] }) => seats)
      .filter(({ status }: { status: string }) => status === 'taken');
    expect(taken).toHaveLength(3);
  });

  async function versionOf(flightId: string): Promise<number> {
    const [row] = await world().rows<{ version: number }>(
      'SELECT version FROM flight_inventories WHERE flight_id = ?',
      [flightId],
    );
    return Number(row?.version);
  }
});

const disposable = <Checks extends { close: () => Promise<void> }>(checks: Checks) => ({
  ...checks,
  [Symbol.asyncDispose]: checks.close,
});
