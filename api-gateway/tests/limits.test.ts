import { problem } from '@jetbridge/contracts/http/problem.ts';
import { type Answer, call } from '@jetbridge/testing/call.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { freePort } from '@jetbridge/testing/free-port.ts';
import { startRedis } from '@jetbridge/testing/redis-server.ts';
import { describeWithServer } from '@jetbridge/testing/suite-availability.ts';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type GatewayUnderTest, type Surroundings, startGateway, startSurroundings } from './gateway-under-test.ts';

let surroundings: Surroundings;

beforeAll(async () => {
  surroundings = await startSurroundings();
});
afterEach(() => {
  for (const service of surroundings.all) service.forget();
});
afterAll(() => surroundings.stop());

async function withGateway(settings: object, work: (gateway: GatewayUnderTest) => Promise<void>): Promise<void> {
  const gateway = await startGateway({ ...surroundings.settings, RATE_LIMIT_PER_MINUTE: '10', ...settings });
  try {
    await work(gateway);
  } finally {
    await gateway.stop();
  }
}

const many = (times: number, request: () => Promise<Answer>) => Promise.all(Array.from({ length: times }, request));

const statusesOf = (answers: readonly Answer[]) => answers.map((answer) => answer.status).toSorted();

const times = (count: number, status: number) => Array.from({ length: count }, () => status);

describe('the budget of an address', () => {
  test('lets in as many requests as it says, and refuses the next with 429', async () => {
    await withGateway({}, async (gateway) => {
      const answers = await many(13, () => call(gateway.url, 'GET /api/v1/flights'));
      expect(statusesOf(answers)).toEqual([...times(10, 200), ...times(3, 429)]);
      expect(surroundings.flights.requests).toHaveLength(10);
      const refused = answers.find((answer) => answer.status === 429);
      expect(problem.parse(refused?.body)).toMatchObject({ code: 'rate_limited', status: 429 });
      const retryAfter = Number(refused?.headers.get('retry-after'));
      expect(retryAfter).toBeGreaterThan(0);
      expect(retryAfter).toBeLessThanOrEqual(60);
    });
  });

  test('is told in the headers of draft 8', async () => {
    await withGateway({}, async (gateway) => {
      const { headers } = await call(gateway.url, 'GET /api/v1/flights');
      expect(headers.get('ratelimit')).toMatch(/^"address"; r=9; t=\d+$/);
      expect(headers.get('ratelimit-policy')).toMatch(/^"address"; q=10; w=60; pk=:.+:$/);
    });
  });

  test('is not widened by addresses that the client makes up', async () => {
    await withGateway({}, async (gateway) => {
      let turn = 0;
      const answers = await many(12, () => {
        const headers = { 'X-Forwarded-For': `203.0.113.${turn++}`, Forwarded: `for=203.0.113.${turn}` };
        return call(gateway.url, 'GET /api/v1/flights', { headers });
      });
      expect(statusesOf(answers)).toEqual([...times(10, 200), ...times(2, 429)]);
    });
  });

  test('is one for all addresses of an IPv6 /56, and another for the next', async () => {
    await withGateway({ TRUST_PROXY: '1' }, async (gateway) => {
      const from = (address: string) =>
        call(gateway.url, 'GET /api/v1/flights', { headers: { 'X-Forwarded-For': address } });
      let turn = 0;
      const answers = await many(12, () => from(`2001:db8:1:4${(turn++ % 10).toString(16)}::${turn}`));
      expect(statusesOf(answers)).toEqual([...times(10, 200), ...times(2, 429)]);
      expect((await from('2001:db8:1:100::1')).status).toBe(200);
    });
  });

  test('is used by unknown paths and refused tokens too, but not by health', async () => {
    await withGateway({}, async (gateway) => {
      await many(20, () => call(gateway.url, 'GET /health'));
      await many(20, () => call(gateway.url, 'GET /ready'));
      await many(5, () => call(gateway.url, 'GET /api/v1/nowhere'));
      await many(5, () => call(gateway.url, 'GET /api/v1/flights', { token: 'forged' }));
      expect((await call(gateway.url, 'GET /api/v1/flights')).status).toBe(429);
      expect((await call(gateway.url, 'GET /health')).status).toBe(200);
    });
  });

  test('of 0 switches all budgets off', async () => {
    await withGateway({ RATE_LIMIT_PER_MINUTE: '0', RATE_LIMIT_PER_ACCOUNT: '1' }, async (gateway) => {
      const { token } = surroundings.issuer.user();
      const logins = await many(50, () => call(gateway.url, 'POST /api/v1/auth/login', { body: {}, token }));
      expect(statusesOf(logins)).toEqual(times(50, 200));
      expect(logins[0]?.headers.get('ratelimit')).toBeNull();
    });
  });
});

describe('the budget of an account', () => {
  test('counts requests with a valid token instead of the budget of the address', async () => {
    await withGateway({ RATE_LIMIT_PER_ACCOUNT: '15' }, async (gateway) => {
      const one = surroundings.issuer.user();
      const other = surroundings.issuer.user();
      const answers = await many(17, () => call(gateway.url, 'GET /api/v1/bookings', { token: one.token }));
      expect(statusesOf(answers)).toEqual([...times(15, 200), ...times(2, 429)]);
      const another = await call(gateway.url, 'GET /api/v1/bookings', { token: other.token });
      expect(another.headers.get('ratelimit')).toMatch(/^"account"; r=14/);
      expect((await call(gateway.url, 'GET /api/v1/flights')).headers.get('ratelimit')).toMatch(/^"address"; r=9/);
    });
  });

  test('is one for all tokens of the account', async () => {
    await withGateway({ RATE_LIMIT_PER_ACCOUNT: '4' }, async (gateway) => {
      const answers = await many(6, () => {
        const { token } = surroundings.issuer.user({ userId: 'usr_same' });
        return call(gateway.url, 'GET /api/v1/bookings', { token });
      });
      expect(statusesOf(answers)).toEqual([...times(4, 200), ...times(2, 429)]);
    });
  });

  test('is not opened for a token never seen when the address has used up its own', async () => {
    await withGateway({}, async (gateway) => {
      const seen = surroundings.issuer.user();
      expect((await call(gateway.url, 'GET /api/v1/bookings', { token: seen.token })).status).toBe(200);
      await many(10, () => call(gateway.url, 'GET /api/v1/flights'));
      const fresh = surroundings.issuer.user();
      expect((await call(gateway.url, 'GET /api/v1/bookings', { token: fresh.token })).status).toBe(429);
      expect((await call(gateway.url, 'GET /api/v1/bookings', { token: seen.token })).status).toBe(200);
    });
  });
});

describe('the tight budgets', () => {
  test.each([
    ['/auth/login', 2],
    ['/auth/login/', 2],
    ['/auth/register', 2],
    ['/auth/refresh', 5],
    ['/auth/password/forgot', 1],
    ['/bookings/lookup', 2],
  ])('let in fewer writes on %s, also with a token', async (path, allowed) => {
    await withGateway({}, async (gateway) => {
      const { token } = surroundings.issuer.user();
      const answers = await many(7, () => call(gateway.url, `POST /api/v1${path}`, { body: {}, token }));
      expect(statusesOf(answers)).toEqual([...times(allowed, 200), ...times(7 - allowed, 429)]);
      expect((await call(gateway.url, `GET /api/v1${path}`, { token })).status).toBe(200);
    });
  });

  test('stand beside the usual one in the headers', async () => {
    await withGateway({}, async (gateway) => {
      const { headers } = await call(gateway.url, 'POST /api/v1/auth/login', { body: {} });
      expect(headers.get('ratelimit')).toMatch(/^"address"; r=9; t=\d+, "login"; r=1; t=\d+$/);
    });
  });
});

describe('a token', () => {
  test.each([
    ['no bearer token at all', 'Basic dXNlcjpwYXNz'],
    ['no JWT', 'Bearer nonsense'],
    ['of 9 KB', `Bearer ${'a'.repeat(9_216)}`],
    ['of algorithm none', `Bearer ${btoa('{"alg":"none","typ":"at+jwt"}')}.${btoa('{"sub":"usr_1"}')}.`],
  ])('that is %s counts on the address, and the service decides about it', async (_what, Authorization) => {
    await withGateway({}, async (gateway) => {
      const answer = await call(gateway.url, 'GET /api/v1/flights', { headers: { Authorization } });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('ratelimit')).toMatch(/^"address"/);
      expect(surroundings.flights.requests[0]?.headers.authorization).toBe(Authorization);
    });
  });

  test('counts on the address, and goes on to the service, while nobody knows the keys', async () => {
    const nobody = `http://127.0.0.1:${await freePort()}`;
    await withGateway({ AUTH_SERVICE_URL: nobody }, async (gateway) => {
      const { token } = surroundings.issuer.user();
      const answer = await call(gateway.url, 'GET /api/v1/flights', { token });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('ratelimit')).toMatch(/^"address"/);
      expect(surroundings.flights.requests[0]?.headers.authorization).toBe(`Bearer ${token}`);
    });
  });
});

describeWithServer('gateways with a Redis that dies while they work', 'redis', () => {
  test('let requests pass, count what is worth guessing at for themselves, say so, and count together again', async () => {
    const redis = await startRedis();
    await withGateway({ REDIS_URL: redis.url }, async (gateway) => {
      expect((await call(gateway.url, 'GET /api/v1/flights')).headers.get('ratelimit')).toMatch(/^"address"; r=9/);
      await redis.kill();
      expect(statusesOf(await many(15, () => call(gateway.url, 'GET /api/v1/flights')))).toEqual(times(15, 200));
      expect(await failuresOf(gateway, 'address')).toBe(15);
      for (const [path, allowed] of [
        ['auth/login', 2],
        ['bookings/lookup', 2],
        ['auth/password/forgot', 1],
      ] as const) {
        const writes = await many(5, () => call(gateway.url, `POST /api/v1/${path}`, { body: {} }));
        expect(statusesOf(writes)).toEqual([...times(allowed, 200), ...times(5 - allowed, 429)]);
      }
      expect(await failuresOf(gateway, 'login')).toBe(5);
      await redis.restart();
      await eventually(async () => {
        const { headers } = await call(gateway.url, 'GET /api/v1/flights');
        expect(headers.get('ratelimit')).toMatch(/^"address"/);
      });
      await eventually(async () => expect((await call(gateway.url, 'GET /api/v1/flights')).status).toBe(429));
    });
    await redis.stop();
  });

  test('start while it is away', async () => {
    const redis = await startRedis();
    await redis.kill();
    await withGateway({ REDIS_URL: redis.url }, async (gateway) => {
      expect((await call(gateway.url, 'GET /api/v1/flights')).status).toBe(200);
      await redis.restart();
      await eventually(async () => {
        expect((await call(gateway.url, 'GET /api/v1/flights')).headers.get('ratelimit')).not.toBeNull();
      });
    });
    await redis.stop();
  });
});

/** How many requests of a budget could not be counted, as Prometheus is told. */
async function failuresOf(gateway: GatewayUnderTest, budget: string): Promise<number | undefined> {
  const metric = (await gateway.metrics()).find(({ name }) => name === 'jetbridge_rate_limit_failures_total');
  return metric?.values.find(({ labels }) => labels.budget === budget)?.value;
}
