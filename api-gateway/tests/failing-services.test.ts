import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { problem } from '@jetbridge/contracts/http/problem.ts';
import { call } from '@jetbridge/testing/call.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { freePort } from '@jetbridge/testing/free-port.ts';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type GatewayUnderTest, type Surroundings, startGateway, startSurroundings } from './gateway-under-test.ts';
import { sendRaw } from './raw-request.ts';
import { startRecordingService } from './recording-service.ts';

// Long enough for those who do answer, on a machine that is busy.
const upstreamTimeoutMs = 1_500;

let surroundings: Surroundings;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  surroundings = await startSurroundings();
  gateway = await startGateway({
    ...surroundings.settings,
    BOOKING_SERVICE_URL: `http://127.0.0.1:${await freePort()}`,
    UPSTREAM_TIMEOUT_MS: String(upstreamTimeoutMs),
  });
});
afterEach(() => {
  for (const service of surroundings.all) service.forget();
});
afterAll(async () => {
  await gateway.stop();
  await surroundings.stop();
});

describe('a service that is down', () => {
  test('is answered for with 503, and a write is told that it had no effect', async () => {
    const write = await call(gateway.url, 'POST /api/v1/bookings', { body: {} });
    expect(write.status).toBe(503);
    expect(problem.parse(write.body)).toMatchObject({ code: 'service_unavailable', effect: 'none' });
    expect(Number(write.headers.get('retry-after'))).toBeGreaterThan(0);
    const read = await call(gateway.url, 'GET /api/v1/bookings');
    expect(read.status).toBe(503);
    expect(read.body).not.toHaveProperty('effect');
  });

  test('does not hinder the others', async () => {
    expect((await call(gateway.url, 'GET /api/v1/flights')).status).toBe(200);
  });

  test('is served again as soon as it is back', async () => {
    const port = await freePort();
    const own = await startGateway({ ...surroundings.settings, FLIGHT_SERVICE_URL: `http://127.0.0.1:${port}` });
    for (let request = 0; request < 10; request++) {
      expect((await call(own.url, 'POST /api/v1/flights', { body: {} })).status).toBe(503);
    }
    const service = await startRecordingService({ port });
    expect((await call(own.url, 'POST /api/v1/flights', { body: {} })).status).toBe(200);
    await own.stop();
    await service.stop();
  });
});

describe('a service that does not answer in time', () => {
  test('is answered for with 504, and the effect of a write is unknown', async () => {
    surroundings.flights.answerWith(() => undefined);
    const startedAtMs = performance.now();
    const write = await call(gateway.url, 'POST /api/v1/flights', { body: {} });
    expect(write.status).toBe(504);
    expect(problem.parse(write.body)).toMatchObject({ code: 'gateway_timeout', effect: 'unknown' });
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(upstreamTimeoutMs - 50);
  });

  test.each(['GET', 'POST'] as const)('is waited for as long on a connection that is kept: %s', async (method) => {
    const options = method === 'POST' ? { body: {} } : {};
    expect((await call(gateway.url, `${method} /api/v1/flights`, options)).status).toBe(200);
    await wait(upstreamTimeoutMs / 2);
    surroundings.flights.answerWith(() => undefined);
    const startedAtMs = performance.now();
    expect((await call(gateway.url, `${method} /api/v1/flights`, options)).status).toBe(504);
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(upstreamTimeoutMs - 50);
  });

  test('is not asked again: a read waits once', async () => {
    surroundings.flights.answerWith(() => undefined);
    const read = await call(gateway.url, 'GET /api/v1/flights');
    expect(read.status).toBe(504);
    expect(surroundings.flights.requests).toHaveLength(1);
  });
});

describe('a service that breaks off', () => {
  test('before it answers: 502, and the effect of a write is unknown', async () => {
    surroundings.flights.answerWith((_req, res) => res.destroy());
    const write = await call(gateway.url, 'POST /api/v1/flights', { body: {} });
    expect(write.status).toBe(502);
    expect(problem.parse(write.body)).toMatchObject({ code: 'bad_gateway', effect: 'unknown' });
    expect(surroundings.flights.requests).toHaveLength(1);
  });

  test('in the middle of its answer: the client sees that it is not whole', async () => {
    surroundings.flights.answerWith((_req, res) => {
      res.writeHead(200, { 'Content-Type': 'text/plain' });
      res.write('half of');
      setTimeout(() => res.destroy(), 30);
    });
    const { text, closed } = await sendRaw(gateway.port, 'GET /api/v1/flights HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(text).toContain('half of');
    // The last chunk, which would say that this was all.
    expect(text).not.toContain('\r\n0\r\n');
    expect(closed).toBe(true);
    expect(surroundings.flights.requests).toHaveLength(1);
  });

  test('with an answer that is no HTTP: 502', async () => {
    surroundings.flights.answerWith((_req, res) => {
      res.socket?.end('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab');
    });
    const answer = await call(gateway.url, 'POST /api/v1/flights', { body: {} });
    expect(answer.status).toBe(502);
    expect(JSON.stringify(answer.body)).not.toMatch(/HPE|Parse|127\.0\.0\.1/);
  });

  test('an answer that comes before the body was read reaches the client', async () => {
    surroundings.flights.answerWith((_req, res) => {
      res.statusCode = 422;
      res.end('no');
    });
    const answer = await call(gateway.url, 'POST /api/v1/flights', { body: 'x'.repeat(900_000) });
    expect(answer.status).toBe(422);
  });
});

describe('one of two instances', () => {
  async function withTwoInstances(
    work: (parts: {
      gateway: GatewayUnderTest;
      one: Awaited<ReturnType<typeof startRecordingService>>;
      other: Awaited<ReturnType<typeof startRecordingService>>;
    }) => Promise<void>,
  ): Promise<void> {
    const one = await startRecordingService({ name: 'one' });
    const other = await startRecordingService({ name: 'other' });
    const own = await startGateway({ ...surroundings.settings, FLIGHT_SERVICE_URL: `${one.url},${other.url}` });
    try {
      await work({ gateway: own, one, other });
    } finally {
      await own.stop();
      await one.stop();
      await other.stop();
    }
  }

  test('gets requests while the other is busy', async () => {
    await withTwoInstances(async ({ gateway: own, one, other }) => {
      const held: { end: (text: string) => unknown }[] = [];
      const hold = (_req: unknown, res: { end: (text: string) => unknown }) => void held.push(res);
      one.answerWith(hold);
      other.answerWith(hold);
      const calls = Array.from({ length: 20 }, () => call(own.url, 'GET /api/v1/flights'));
      await eventually(() => expect(held).toHaveLength(20));
      for (const res of held) res.end('{}');
      await Promise.all(calls);
      expect(one.requests).toHaveLength(10);
      expect(other.requests).toHaveLength(10);
    });
  });

  test('dies under load, and not one GET fails', async () => {
    await withTwoInstances(async ({ gateway: own, one, other }) => {
      const soon = (_req: unknown, res: { end: (text: string) => unknown }) => void setTimeout(() => res.end('{}'), 5);
      other.answerWith(soon);
      // It keeps some requests to itself before it dies: those were in its hands for certain.
      const kept = () => one.requests.length - 40;
      one.answerWith((req, res) => {
        if (kept() <= 0) soon(req, res);
      });
      const statuses: number[] = [];
      const client = async () => {
        for (let request = 0; request < 50; request++) {
          statuses.push((await call(own.url, 'GET /api/v1/flights')).status);
        }
      };
      const clients = Array.from({ length: 8 }, client);
      await eventually(() => expect(kept()).toBeGreaterThanOrEqual(3));
      await one.stop();
      await Promise.all(clients);
      expect(statuses).toHaveLength(400);
      expect(statuses.filter((status) => status !== 200)).toEqual([]);
      expect(one.requests.length + other.requests.length).toBeGreaterThanOrEqual(403);
    });
  });

  test('that breaks off is not sent the same write again, nor the other', async () => {
    await withTwoInstances(async ({ gateway: own, one, other }) => {
      one.answerWith((_req, res) => res.destroy());
      other.answerWith((_req, res) => res.destroy());
      const withBody = await call(own.url, 'POST /api/v1/flights', { body: {} });
      const without = await call(own.url, 'DELETE /api/v1/flights/flt_1');
      expect([withBody.status, without.status]).toEqual([502, 502]);
      expect(one.requests.length + other.requests.length).toBe(2);
    });
  });

  test('that breaks off five times in a row gets nothing more, though its health is fine', async () => {
    await withTwoInstances(async ({ gateway: own, one, other }) => {
      one.answerWith((_req, res) => res.destroy());
      for (let request = 0; request < 30; request++) {
        expect((await call(own.url, 'GET /api/v1/flights')).status).toBe(200);
      }
      expect(one.requests.length).toBe(5);
      expect(other.requests.length).toBe(30);
    });
  });

  test('is not blamed for clients that go away, and hears of it', async () => {
    await withTwoInstances(async ({ gateway: own, one, other }) => {
      one.answerWith(() => undefined);
      other.answerWith(() => undefined);
      for (let client = 1; client <= 12; client++) {
        const socket = connect({ port: own.port, host: '127.0.0.1' });
        socket.write('GET /api/v1/flights HTTP/1.1\r\nHost: x\r\n\r\n');
        await eventually(() => expect(one.requests.length + other.requests.length).toBe(client));
        socket.destroy();
        await eventually(() => expect(one.abandonedRequests + other.abandonedRequests).toBe(client));
      }
      expect(one.requests).toHaveLength(6);
      one.forget();
      other.forget();
      const answers = [await call(own.url, 'GET /api/v1/flights'), await call(own.url, 'GET /api/v1/flights')];
      expect(answers.map(({ body }) => body.name).toSorted()).toEqual(['one', 'other']);
    });
  });
});
