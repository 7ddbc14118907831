import { systemStatus } from '@jetbridge/contracts/system/status-routes.ts';
import { call } from '@jetbridge/testing/call.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GatewayUnderTest, type Surroundings, startGateway, startSurroundings } from './gateway-under-test.ts';
import { sendRaw } from './raw-request.ts';
import { type RawService, startRawService, wholeAnswer } from './raw-service.ts';

const upstreamTimeoutMs = 1_500;

let surroundings: Surroundings;

beforeAll(async () => {
  surroundings = await startSurroundings();
});
afterAll(() => surroundings.stop());

type World = { readonly gateway: GatewayUnderTest; readonly one: RawService; readonly other: RawService };

/** Flights come from one raw service, or from two. */
async function withRawFlights(instances: 1 | 2, work: (world: World) => Promise<void>): Promise<void> {
  const one = await startRawService({ name: 'one' });
  const other = await startRawService({ name: 'other' });
  const gateway = await startGateway({
    ...surroundings.settings,
    FLIGHT_SERVICE_URL: instances === 1 ? one.url : `${one.url},${other.url}`,
    UPSTREAM_TIMEOUT_MS: String(upstreamTimeoutMs),
    // The state of an instance is what its requests made of it.
    HEALTH_CHECK_EVERY_MS: '60000',
  });
  try {
    await work({ gateway, one, other });
  } finally {
    await gateway.stop();
    await one.stop();
    await other.stop();
  }
}

const methods = ['POST', 'GET'] as const;

/** Sends requests until one instance, which answers badly, has had one of them. */
async function askUntilReached(
  { gateway }: World,
  service: RawService,
  method: (typeof methods)[number],
): Promise<number> {
  for (;;) {
    const { statuses } = await sendRaw(
      gateway.port,
      `${method} /api/v1/flights HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      upstreamTimeoutMs + 1_500,
    );
    if (service.requests.length > 0) return statuses[0] ?? 0;
  }
}

/** After whatever came before it: the gateway answers as if nothing had been. */
async function expectToAnswer({ gateway, one, other }: World): Promise<void> {
  for (const service of [one, other]) service.answerWith((socket) => void socket.write(wholeAnswer('{}')));
  expect((await call(gateway.url, 'GET /api/v1/flights')).status).toBe(200);
}

describe('an answer that turns out to be broken together with its head ends nothing but its own request', () => {
  test.for([
    ['bytes behind its declared length', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabXYZ'],
    ['a broken chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\nXYZ\r\n'],
    ['a status that there is none of', 'HTTP/1.1 099 No\r\nContent-Length: 2\r\n\r\nab'],
  ] as const)('%s', async ([, bytes]) => {
    for (const instances of [1, 2] as const) {
      for (const method of methods) {
        await withRawFlights(instances, async (world) => {
          world.one.answerWith((socket) => void socket.write(bytes));
          expect(await askUntilReached(world, world.one, method)).toBe(502);
          expect(world.one.requests).toHaveLength(1);
          await expectToAnswer(world);
        });
      }
    }
  });
});

const endlessHead = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n';
const longHead = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n';

describe('an answer of which nothing but its head comes', () => {
  test.for(methods)('and whose end would be that of its connection: %s, reset', async (method) => {
    await withRawFlights(1, async (world) => {
      world.one.answerWith((socket) => {
        socket.write(endlessHead);
        setTimeout(() => socket.resetAndDestroy(), 50);
      });
      expect(await askUntilReached(world, world.one, method)).toBe(502);
      await expectToAnswer(world);
    });
  });

  test.for(methods)('and whose end would be that of its connection: %s, silent', async (method) => {
    await withRawFlights(1, async (world) => {
      world.one.answerWith((socket) => void socket.write(endlessHead));
      expect(await askUntilReached(world, world.one, method)).toBe(504);
      await expectToAnswer(world);
    });
  });

  test.for(['reset', 'end'] as const)(
    'is not asked for at another instance, which is not blamed: %s',
    async (ending) => {
      await withRawFlights(2, async (world) => {
        const { gateway, one, other } = world;
        one.answerWith((socket) => {
          socket.write(longHead);
          setTimeout(() => (ending === 'reset' ? socket.resetAndDestroy() : socket.end()), 50);
        });
        await askUntilReached(world, one, 'GET');
        const askedBefore = other.requests.length;
        await eventually(async () => {
          const { services } = systemStatus.parse((await call(gateway.url, 'GET /api/v1/status')).body);
          expect(services['flight-search-service'].instances).toMatchObject([
            { state: 'up', inFlight: 0 },
            { state: 'up', inFlight: 0 },
          ]);
        });
        expect(other.requests).toHaveLength(askedBefore);
        await expectToAnswer(world);
      });
    },
  );
});
