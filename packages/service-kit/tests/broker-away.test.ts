import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { type RabbitmqServer, startRabbitmq } from '@jetbridge/testing/rabbitmq-server.ts';
import { describeWithServer } from '@jetbridge/testing/suite-availability.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createInternalTokens } from '../src/auth/internal-tokens.ts';
import { readServiceUrls } from '../src/config/service-urls.ts';
import type { Database } from '../src/database/open-database.ts';
import { startBroadcast } from '../src/events/broadcast.ts';
import { startEvents } from '../src/events/start-events.ts';
import type { Stoppable } from '../src/lifecycle/loop.ts';
import { createFlightHandlers } from './flight-handlers.ts';
import { countOf, inventoryChanged, log, openKitDatabase, rowsOf, tell } from './kit-database.ts';

describeWithServer('while RabbitMQ crashes', 'rabbitmq', () => {
  let server: RabbitmqServer;
  beforeAll(async () => {
    server = await startRabbitmq();
  });
  afterAll(() => server?.stop());

  describeOnEachDatabase('events', (kind) => {
    let producer: Database;
    let consumer: Database;
    let world: ReturnType<typeof createFlightHandlers>;
    const running: Stoppable[] = [];
    let reloads = 0;
    const heard = new Set<string>();

    beforeAll(async () => {
      producer = await openKitDatabase(kind, 'booking');
      consumer = await openKitDatabase(kind, 'flight');
      world = createFlightHandlers(consumer);
      const common = {
        settings: { transport: 'amqp', url: server.url },
        retention: { outboxDays: 7, inboxDays: 30 },
        serviceUrls: readServiceUrls({}),
        tokens: createInternalTokens({ from: 'booking-service', secret: 'a secret that only tests know, long enough' }),
        log,
      } as const;
      const { handlers } = world;
      running.push(await startEvents({ ...common, service: 'booking-service', database: producer }));
      running.push(await startEvents({ ...common, service: 'flight-search-service', database: consumer, handlers }));
      running.push(
        await startBroadcast({
          ...common,
          service: 'flight-search-service',
          database: consumer,
          handlers: { 'inventory.changed': ({ data }) => void heard.add(data.flightId) },
          onReload: async () => {
            reloads += 1;
          },
        }),
      );
    });
    afterAll(async () => {
      for (const part of running) await part.stop();
      await producer?.close();
      await consumer?.close();
    });

    test('wait in the database, and all take effect once when it is back; who only listens reloads', async () => {
      await tell(producer, inventoryChanged('flt_before'));
      await eventually(async () => expect(await world.effects()).toEqual({ flt_before: 1 }));
      await eventually(() => expect([...heard]).toEqual(['flt_before']));
      expect(reloads).toBe(1);

      await server.kill();
      const flights = Array.from({ length: 30 }, (_, index) => `flt_${index}`);
      for (const id of flights) await tell(producer, inventoryChanged(id));
      const waiting = 'SELECT id FROM outbox WHERE published_at_ms IS NULL';
      expect(await rowsOf(producer, waiting)).toHaveLength(30);

      await server.restart();
      await eventually(async () => expect(await countOf(consumer, 'effects')).toBe(31), { timeoutMs: 20_000 });
      await eventually(async () => expect(await rowsOf(producer, waiting)).toEqual([]));
      expect(new Set(Object.values(await world.effects()))).toEqual(new Set([1]));
      await eventually(() => expect(reloads).toBe(2));
      await tell(producer, inventoryChanged('flt_after'));
      await eventually(() => expect(heard).toContain('flt_after'));
    }, 60_000);
  });
});
