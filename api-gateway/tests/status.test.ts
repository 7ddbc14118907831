import { systemStatus } from '@jetbridge/contracts/system/status-routes.ts';
import { type Answer, call } from '@jetbridge/testing/call.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { freePort } from '@jetbridge/testing/free-port.ts';
import { startRedis } from '@jetbridge/testing/redis-server.ts';
import { describeWithServer } from '@jetbridge/testing/suite-availability.ts';
import { temporaryFolder } from '@jetbridge/testing/temporary-folder.ts';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type GatewayUnderTest, type Surroundings, startGateway, startSurroundings } from './gateway-under-test.ts';

let surroundings: Surroundings;
let gateway: GatewayUnderTest;

const folder = temporaryFolder('status');
const failurePath = 'POST /api/v1/status/simulate-failure';

beforeAll(async () => {
  surroundings = await startSurroundings();
  gateway = await startGateway({ ...surroundings.settings, DATA_DIR: folder.path, RATE_LIMIT_PER_MINUTE: '0' });
});
afterEach(() => {
  for (const service of surroundings.all) service.forget();
});
afterAll(async () => {
  await gateway.stop();
  await surroundings.stop();
  folder.remove();
});

/** Nobody has it any more: auth-service says so. */
const outdateAll = () =>
  surroundings.auth.answerWith((_req, res) => {
    res.statusCode = 401;
    res.end('{}');
  });

const addressesIn = (answer: Answer) =>
  Object.values(systemStatus.parse(answer.body).services).flatMap(({ instances }) =>
    instances.flatMap(({ address }) => address ?? []),
  );

describe('GET /status', () => {
  test('shows every service with its instances to anyone, but no address', async () => {
    const { user } = surroundings.issuer;
    for (const token of [undefined, user().token, 'forged']) {
      const answer = await call(gateway.url, 'GET /api/v1/status', token === undefined ? {} : { token });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      const { status, services } = systemStatus.parse(answer.body);
      expect(status).toBe('ok');
      expect(Object.keys(services)).toHaveLength(4);
      expect(services['booking-service'].instances).toEqual([
        { state: 'up', lastCheckAt: expect.any(String), latencyMs: expect.any(Number), inFlight: 0 },
      ]);
      expect(JSON.stringify(answer.body)).not.toContain('127.0.0.1');
    }
  });

  test('shows addresses to those who hold reports:read, unless it was taken from them since', async () => {
    const { token } = surroundings.issuer.user({ permissions: ['reports:read'] });
    const answer = await call(gateway.url, 'GET /api/v1/status', { token });
    expect(addressesIn(answer)).toContain(surroundings.bookings.url);
    expect(surroundings.auth.requests.at(-1)).toMatchObject({ method: 'GET', url: '/users/me' });
    outdateAll();
    const later = await call(gateway.url, 'GET /api/v1/status', { token });
    expect([later.status, addressesIn(later)]).toEqual([200, []]);
  });

  test('tells which instance is down, which one rests, and how many requests each works on', async () => {
    const own = await startGateway({
      ...surroundings.settings,
      FLIGHT_SERVICE_URL: `${surroundings.flights.url},http://127.0.0.1:${await freePort()}`,
    });
    const readInstances = async (service: 'flight-search-service' | 'booking-service') =>
      systemStatus.parse((await call(own.url, 'GET /api/v1/status')).body).services[service].instances;
    const held: { end: () => unknown }[] = [];
    surroundings.flights.answerWith((_req, res) => void held.push(res));
    const running = call(own.url, 'POST /api/v1/flights', { body: {} });
    await eventually(() => expect(held).toHaveLength(1));
    expect(await readInstances('flight-search-service')).toMatchObject([
      { state: 'up', inFlight: 1 },
      { state: 'down', inFlight: 0 },
    ]);
    for (const res of held) res.end();
    await running;
    expect((await readInstances('flight-search-service'))[0]?.inFlight).toBe(0);
    surroundings.bookings.answerWith((_req, res) => res.destroy());
    for (let request = 0; request < 5; request++) await call(own.url, 'POST /api/v1/bookings', { body: {} });
    expect(await readInstances('booking-service')).toMatchObject([{ state: 'open', inFlight: 0 }]);
    await own.stop();
  });

  test('counts on the budget of its client, answers in any letter case, and to nothing but GET', async () => {
    const limited = await startGateway({ ...surroundings.settings, RATE_LIMIT_PER_MINUTE: '2' });
    const statuses = [
      (await call(limited.url, 'GET /api/v1/STATUS/')).status,
      (await call(limited.url, 'DELETE /api/v1/status')).status,
      (await call(limited.url, 'GET /api/v1/status')).status,
    ];
    expect(statuses).toEqual([200, 405, 429]);
    await limited.stop();
  });

  test('has one request id, made or given', async () => {
    const made = await call(gateway.url, 'GET /api/v1/status?x=1');
    expect(made.status).toBe(422);
    expect(made.body.requestId).toBe(made.headers.get('x-request-id'));
    const given = await call(gateway.url, 'GET /api/v1/status', { headers: { 'X-Request-ID': 'mine' } });
    expect(given.headers.get('x-request-id')).toBe('mine');
  });
});

describe('POST /status/simulate-failure', () => {
  const body = { service: 'booking-service', seconds: 1 };

  test('is for administrators alone', async () => {
    const { user, support, admin } = surroundings.issuer;
    const statuses: number[] = [];
    for (const token of [undefined, user().token, support().token]) {
      statuses.push((await call(gateway.url, failurePath, { body, ...(token ? { token } : {}) })).status);
    }
    expect(statuses).toEqual([401, 403, 403]);
    outdateAll();
    const outdated = await call(gateway.url, failurePath, { body, token: admin().token });
    expect([outdated.status, outdated.body.code]).toEqual([401, 'token_outdated']);
    expect((await call(gateway.url, 'GET /api/v1/bookings')).status).toBe(200);
  });

  test.each([
    {},
    { service: 'api-gateway', seconds: 1 },
    { service: 'booking-service', seconds: 0 },
    { service: 'booking-service', seconds: 601 },
    { service: 'booking-service', seconds: '5' },
    { service: 'booking-service', seconds: 1, forever: true },
  ])('refuses %j', async (wrong) => {
    const answer = await call(gateway.url, failurePath, { body: wrong, token: surroundings.issuer.admin().token });
    expect([answer.status, answer.body.code]).toEqual([422, 'invalid_request']);
  });

  test('is not there in production', async () => {
    const production = await startGateway({ ...surroundings.settings, NODE_ENV: 'production' });
    const { token } = surroundings.issuer.admin();
    expect((await call(production.url, failurePath, { body, token })).status).toBe(404);
    expect((await call(production.url, 'GET /api/v1/status')).status).toBe(200);
    await production.stop();
  });

  test('has one service fail in all processes of the machine, and ends by itself', async () => {
    const other = await startGateway({ ...surroundings.settings, DATA_DIR: folder.path });
    await expectFailureInBoth(gateway, other);
    await other.stop();
  });
});

describeWithServer('gateways with a Redis', 'redis', () => {
  test('fail together, and not for longer when Redis goes away meanwhile', async () => {
    const redis = await startRedis();
    const settings = { ...surroundings.settings, REDIS_URL: redis.url };
    const one = await startGateway(settings);
    const other = await startGateway(settings);
    await expectFailureInBoth(one, other);
    await simulateFailure(one, 600);
    await redis.kill();
    await eventually(async () => expect((await call(one.url, 'GET /api/v1/bookings')).status).toBe(200));
    await one.stop();
    await other.stop();
  });
});

async function simulateFailure(at: GatewayUnderTest, seconds: number): Promise<void> {
  const { token } = surroundings.issuer.admin();
  const answer = await call(at.url, failurePath, { body: { service: 'booking-service', seconds }, token });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  expect(Date.parse(answer.body.endsAt)).toBeGreaterThan(Date.now() + seconds * 1_000 - 2_000);
}

async function expectFailureInBoth(one: GatewayUnderTest, other: GatewayUnderTest): Promise<void> {
  const startedAtMs = performance.now();
  await simulateFailure(one, 2);
  surroundings.bookings.forget();
  const write = await call(one.url, 'POST /api/v1/bookings', { body: {} });
  expect([write.status, write.body.effect]).toEqual([503, 'none']);
  expect(Number(write.headers.get('retry-after'))).toBeGreaterThan(0);
  await eventually(async () => expect((await call(other.url, 'GET /api/v1/bookings')).status).toBe(503));
  expect((await call(one.url, 'GET /ready')).body).toMatchObject({
    status: 'degraded',
    services: { 'booking-service': { status: 'down' } },
  });
  expect((await call(one.url, 'GET /api/v1/status')).body.services['booking-service']).toMatchObject({
    status: 'down',
    simulatedFailure: true,
    instances: [{ state: 'open' }],
  });
  expect((await call(one.url, 'GET /api/v1/flights')).status).toBe(200);
  for (const gatewayThere of [one, other]) {
    await eventually(async () => expect((await call(gatewayThere.url, 'GET /api/v1/bookings')).status).toBe(200));
  }
  expect(performance.now() - startedAtMs).toBeGreaterThan(1_900);
}
