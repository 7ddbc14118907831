import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { flight as flightSchema } from '@jetbridge/contracts/flights/schemas.ts';
import type { RunningService } from '@jetbridge/service-kit/lifecycle/service.ts';
import { startTokenIssuer, type TokenIssuer } from '@jetbridge/testing/access-tokens.ts';
import { describeWithBroker } from '@jetbridge/testing/broker.ts';
import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase, mariadbDatabase, type TestDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { startTestService } from '@jetbridge/testing/service.ts';
import { temporaryFolder } from '@jetbridge/testing/temporary-folder.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildNewFlight, flightSearchService, usd } from '../flight-world.ts';
import { runImport } from '../schedule-program.ts';
import { type SellerServer, startSeller } from '../seller-server.ts';

/** What was promised: a change is seen at every process within a second. On a machine with other work, a few. */
const inTime = { timeoutMs: 5_000 };

describeOnEachDatabase('processes that search, by the feed', (database) => {
  const world = twoProcesses(database, () => ({}));

  test('show what is sold as soon as booking-service tells, and never an older number', async () => {
    const { id } = await world.add();
    const cabins = (sold: number) => [{ cabin: 'economy' as const, capacity: 100, sold, held: 1 }];
    world.seller().tell({ flightId: id, version: 2, cabins: cabins(40) });
    for (const url of world.urls()) {
      await eventually(async () => expect(await world.searched(url, id)).toMatchObject(free(59)), inTime);
    }
    world.seller().tell({ flightId: id, version: 1, cabins: cabins(10) });
    world.seller().tell({ flightId: id, version: 3, cabins: cabins(96) });
    for (const url of world.urls()) {
      await eventually(async () => expect(await world.searched(url, id)).toMatchObject(free(3)), inTime);
      expect(await world.searched(url, id, '&passengers=3')).toBeDefined();
      expect(await world.searched(url, id, '&passengers=4')).toBeUndefined();
    }
  });

  test('find what another program imported beside them', async () => {
    const folder = temporaryFolder('import');
    const file = join(folder.path, 'one.csv');
    const columns = 'airline,number,origin,destination,departureLocal,arrivalLocal,aircraft,seats,distanceMiles';
    writeFileSync(file, `${columns}\nQF,9999,SYD,AKL,2027-07-07T10:00,2027-07-07T15:10,,,\n`);
    expect(await runImport(world.settings(), [file])).toMatchObject({ exitCode: 0 });
    folder.remove();
    for (const url of world.urls()) {
      await eventually(async () => {
        const { body } = await call(url, 'GET /flights?origin=SYD&destination=AKL&date=2027-07-07');
        expect(body.data).toMatchObject([{ flightNumber: 'QF9999', airline: { code: 'QF' } }]);
      }, inTime);
    }
  });
});

describeWithBroker('processes that search', (broker) => {
  twoProcesses(mariadbDatabase(), () => broker.settings());
});

/** Two processes' worth of service on one database, and what holds whichever way events travel. */
function twoProcesses(database: TestDatabase, more: () => Record<string, string>) {
  let issuer: TokenIssuer;
  let seller: SellerServer;
  let running: RunningService[] = [];
  const settings = () => {
    const { EVENTS: _feed, ...base } = database.settings();
    const events = more();
    return { ...(events.RABBITMQ_URL ? base : database.settings()), WORLD_TIMETABLE: 'off', ...events };
  };

  beforeAll(async () => {
    issuer = await startTokenIssuer();
    seller = await startSeller();
    const all = { ...settings(), AUTH_SERVICE_URL: issuer.url, BOOKING_SERVICE_URL: seller.url };
    running = [await startTestService(flightSearchService, all)];
    running.push(await startTestService(flightSearchService, all));
  });
  afterAll(async () => {
    for (const service of running) await service.stop();
    await seller?.stop();
    await issuer?.stop();
  });

  const urls = () => running.map(({ url }) => url);
  const [first, second] = [() => urls()[0] ?? '', () => urls()[1] ?? ''];
  const asAdmin = () => ({ token: issuer.admin().token });

  async function add() {
    const added = await call(first(), 'POST /flights', { ...asAdmin(), body: buildNewFlight() });
    expect(added.status).toBe(201);
    await eventually(async () => expect(await searched(second(), added.body.id)).toEqual(added.body), inTime);
    return added.body;
  }

  /** A flight as a search of its route shows it. */
  async function searched(url: string, id: string, filter = '') {
    const { body } = await call(url, `GET /flights?origin=JFK&destination=LHR&limit=200${filter}`);
    return body.data.find((flight: { id: string }) => flight.id === id);
  }

  test('show a new flight, its new price, and that it is gone, wherever it was changed', async () => {
    const { id } = await add();
    const change = { fares: [{ cabin: 'economy', price: usd(12_345) }] };
    const changed = await call(second(), `PATCH /flights/${id}`, { ...asAdmin(), body: change });
    // Who made the change sees it at once.
    expect(await searched(second(), id)).toEqual(changed.body);
    expect(flightSchema.parse(changed.body)).toMatchObject({ fares: [{ price: usd(12_345) }], version: 2 });
    await eventually(async () => expect(await searched(first(), id)).toEqual(changed.body), inTime);
    await call(first(), `DELETE /flights/${id}`, asAdmin());
    expect(await searched(first(), id)).toBeUndefined();
    await eventually(async () => expect(await searched(second(), id)).toBeUndefined(), inTime);
  });

  test('keep a cancelled flight, as one that is cancelled', async () => {
    const { id } = await add();
    await call(first(), `PATCH /flights/${id}`, { ...asAdmin(), body: { status: 'cancelled' } });
    for (const url of urls()) {
      await eventually(async () => expect(await searched(url, id, '&status=cancelled')).toBeDefined(), inTime);
      expect(await searched(url, id, '&status=scheduled')).toBeUndefined();
    }
  });

  return { urls, add, searched, settings, seller: () => seller };
}

const free = (availableSeats: number) => ({ fares: [{ cabin: 'economy', availableSeats }] });
