import { call } from '@jetbridge/testing/call.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
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

const smuggled = 'GET /api/v1/users/smuggled HTTP/1.1\r\nHost: x\r\n\r\n';
const headerLines = (count: number) => Array.from({ length: count }, (_, index) => `a${index}: b\r\n`).join('');

describe('a request whose frame is ambiguous is refused, its connection is closed, and nothing behind it is read', () => {
  test.each([
    [
      'Content-Length behind 1,100 header lines',
      `POST /api/v1/bookings HTTP/1.1\r\nHost: x\r\n${headerLines(1_100)}Content-Length: ${smuggled.length}\r\n\r\n${smuggled}`,
      431,
    ],
    ['201 header lines', `GET /api/v1/bookings HTTP/1.1\r\nHost: x\r\n${headerLines(200)}\r\n${smuggled}`, 431],
    [
      'Content-Length with Transfer-Encoding',
      `POST /api/v1/bookings HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
      400,
    ],
    [
      'Transfer-Encoding with Content-Length',
      `POST /api/v1/bookings HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n${smuggled}`,
      400,
    ],
    [
      'two lengths that differ',
      `POST /api/v1/bookings HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 0\r\n\r\nhello${smuggled}`,
      400,
    ],
    [
      'two lengths that agree',
      `POST /api/v1/bookings HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello${smuggled}`,
      400,
    ],
    [
      'a length with a sign',
      `POST /api/v1/bookings HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello${smuggled}`,
      400,
    ],
    [
      'an unknown Transfer-Encoding',
      `POST /api/v1/bookings HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`,
      400,
    ],
    [
      'a Transfer-Encoding behind chunked',
      `POST /api/v1/bookings HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${smuggled}`,
      400,
    ],
    ['a carriage return alone where headers end', `GET /api/v1/flights HTTP/1.1\r\nHost: x\r\n\rX${smuggled}`, 400],
    ['bare line feeds', `GET /api/v1/flights HTTP/1.1\nHost: x\n\n${smuggled}`, 400],
    [
      'a bare line feed between headers',
      `POST /api/v1/bookings HTTP/1.1\r\nHost: x\nContent-Length: 5\r\n\r\nhello${smuggled}`,
      400,
    ],
    [
      'a space before the colon',
      `POST /api/v1/bookings HTTP/1.1\r\nHost: x\r\nContent-Length : 5\r\n\r\nhello${smuggled}`,
      400,
    ],
    [
      'a folded header line',
      `POST /api/v1/bookings HTTP/1.1\r\nHost: x\r\nX: 1\r\n Content-Length: 5\r\nContent-Length: 0\r\n\r\n${smuggled}`,
      400,
    ],
    ['no Host', `GET /api/v1/flights HTTP/1.1\r\n\r\n${smuggled}`, 400],
    [
      'a header of 20 KB',
      `GET /api/v1/flights HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(20_000)}\r\n\r\n${smuggled}`,
      431,
    ],
    ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
    ['a tunnel', `CONNECT internal.example:443 HTTP/1.1\r\nHost: x\r\n\r\n${smuggled}`, 405],
  ])('%s', async (_what, bytes, status) => {
    const { text, statuses, closed } = await sendRaw(gateway.port, bytes);
    expect(statuses).toEqual([status]);
    expect(closed).toBe(true);
    await expectAliveAndProblem(text);
    expect(await requestsThatArrived()).toEqual([]);
  });

  test('a chunk that is none: at most the broken request arrives, and never whole', async () => {
    const bytes = `POST /api/v1/bookings HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nXX\r\n${smuggled}`;
    const { statuses, closed } = await sendRaw(gateway.port, bytes);
    expect(statuses).toEqual([400]);
    expect(closed).toBe(true);
    expect(await requestsThatArrived()).toEqual([]);
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
