import { call } from '@jetbridge/testing/call.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { framingCases, headerLines, smuggled } from './framing-cases.ts';
import { type GatewayUnderTest, type Surroundings, startGateway, startSurroundings } from './gateway-under-test.ts';
import { sendRaw } from './raw-request.ts';

let surroundings: Surroundings;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  surroundings = await startSurroundings();
  gateway = await startGateway(surroundings.settings);
});
afterEach(() => {
  for (const service of surroundings.all) service.forget();
});
afterAll(async () => {
  await gateway.stop();
  await surroundings.stop();
});

/** Everything that reached a service, once nothing more can come: a request sent afterwards has arrived. */
async function requestsThatArrived(): Promise<string[]> {
  await call(gateway.url, 'GET /api/v1/airports/LAST');
  const arrived = surroundings.all.flatMap((service) => service.requests.map(({ method, url }) => `${method} ${url}`));
  expect(arrived).toContain('GET /airports/LAST');
  return arrived.filter((request) => request !== 'GET /airports/LAST');
}

async function expectAliveAndProblem(text: string): Promise<void> {
  expect(text).toMatch(/\r\nContent-Type: application\/problem\+json/i);
  expect(text).toMatch(/\r\nX-Request-ID: req_/i);
  expect(text).toMatch(/"requestId":"req_/);
  expect((await call(gateway.url, 'GET /health')).status).toBe(200);
}

describe('a request whose frame is ambiguous is refused and its connection closed; any other arrives as exactly itself', () => {
  test.each(framingCases)('%s', async (_what, bytes, expected) => {
    const { text, statuses, closed } = await sendRaw(gateway.port, bytes);
    expect(closed).toBe(true);
    const arrived = await requestsThatArrived();
    if ('refused' in expected) {
      expect(statuses).toEqual([expected.refused]);
      expect(arrived).toEqual([]);
      await expectAliveAndProblem(text);
    } else {
      expect(statuses).toEqual([200]);
      expect(arrived).toEqual([expected.passed]);
      const [request] = surroundings.bookings.requests;
      expect(request?.body).toBe(expected.body);
      expect(Object.keys(request?.headers ?? {}).filter((name) => name.includes('_'))).toEqual([]);
    }
  });

  test('behind another on the same connection: its refusal is not taken for the answer to the other', async () => {
    const bytes = `GET /api/v1/flights HTTP/1.1\r\nHost: x\r\n\r\nGET /api/v1/users HTTP/1.1\r\nContent-Length : 5\r\n\r\n${smuggled}`;
    const { statuses, closed } = await sendRaw(gateway.port, bytes);
    expect(statuses).toEqual([]);
    expect(closed).toBe(true);
    const arrived = await requestsThatArrived();
    expect(arrived.filter((request) => request !== 'GET /flights')).toEqual([]);
  });
});

describe('a request whose frame is clear', () => {
  test('carries what looks like another request only as its body', async () => {
    for (const method of ['POST', 'GET', 'DELETE']) {
      const framed = `Connection: close\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`;
      await sendRaw(gateway.port, `${method} /api/v1/bookings HTTP/1.1\r\nHost: x\r\n${framed}`);
      const chunked = `Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`;
      await sendRaw(gateway.port, `${method} /api/v1/bookings HTTP/1.1\r\nHost: x\r\n${chunked}`);
      expect(surroundings.bookings.requests.map(({ body }) => body)).toEqual([smuggled, smuggled]);
      expect(await requestsThatArrived()).toEqual([`${method} /bookings`, `${method} /bookings`]);
      for (const service of surroundings.all) service.forget();
    }
  });

  test('may have 200 header lines', async () => {
    const bytes = `GET /api/v1/bookings HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headerLines(198)}\r\n`;
    expect((await sendRaw(gateway.port, bytes)).statuses).toEqual([200]);
    expect(surroundings.bookings.requests[0]?.headers).toHaveProperty('a197', 'b');
  });

  test('may be one of two that were sent together; both are answered, in their order', async () => {
    const bytes =
      'GET /api/v1/flights HTTP/1.1\r\nHost: x\r\n\r\nGET /api/v1/cities HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
    const { text, statuses } = await sendRaw(gateway.port, bytes);
    expect(statuses).toEqual([200, 200]);
    expect(text.indexOf('"url":"/flights"')).toBeLessThan(text.indexOf('"url":"/cities"'));
  });

  test('may ask to go on before its body, as curl does', async () => {
    const bytes =
      'POST /api/v1/bookings HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello';
    const { statuses } = await sendRaw(gateway.port, bytes);
    expect(statuses).toEqual([100, 200]);
    expect(surroundings.bookings.requests[0]?.headers).not.toHaveProperty('expect');
  });
});

describe('an address that could be read as another never reaches a service', () => {
  test.each([
    ['/%', 400],
    ['/api/v1/users/%', 400],
    ['//users', 404],
    ['/api/v1//users', 404],
    ['/api/v1/bookings/..%2fusers', 400],
    ['/api/v1/bookings/..%5cusers', 400],
    ['/api/v1/bookings/../users', 404],
    ['/api/v1/bookings/%2e%2e/internal/events', 404],
    ['/api/v1/%2e%2e/%2e%2e/internal/events', 404],
    ['/api/v1/../../internal/events', 404],
    ['/api/v1/internal/events', 404],
    ['/internal/events', 404],
    ['/api/v1/%69nternal/events', 404],
    ['/api/v1\\internal\\events', 400],
    ['/api/v1/bookings/%00', 400],
    [`/api/v1/bookings/${'a'.repeat(8_192)}`, 414],
    [`/api/v1/bookings?q=${'a'.repeat(20_000)}`, 414],
    ['http://evil.example/api/v1/bookings', 400],
    ['http://[evil/api/v1/bookings', 400],
    ['*', 400],
  ])('%s', async (address, status) => {
    for (const method of ['GET', 'OPTIONS']) {
      const bytes = `${method} ${address} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
      const { text, statuses } = await sendRaw(gateway.port, bytes);
      // Node's own parser refuses some of them, with a 400 as well.
      expect(statuses).toEqual([status]);
      await expectAliveAndProblem(text);
      expect(await requestsThatArrived()).toEqual([]);
    }
  });

  test('an address with NUL or other octets that HTTP forbids', async () => {
    for (const octet of ['\0', '\t', '\xe9', '\x7f']) {
      const { statuses } = await sendRaw(
        gateway.port,
        `GET /api/v1/bookings/${octet}x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      );
      expect(statuses).toEqual([400]);
    }
    expect(await requestsThatArrived()).toEqual([]);
  });
});

test('a request to upgrade the connection where there are no WebSockets is answered as if it did not ask', async () => {
  const upgrade =
    'Connection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: eA==\r\n';
  const { statuses } = await sendRaw(gateway.port, `GET /api/v1/flights HTTP/1.1\r\nHost: x\r\n${upgrade}\r\n`);
  expect(statuses).toEqual([200]);
  expect(surroundings.flights.requests[0]?.headers).not.toHaveProperty('upgrade');
});

test('connections to services are not lost by any of this', async () => {
  await eventually(async () => {
    expect(await surroundings.bookings.openConnections()).toBeLessThan(5);
  });
});
