import { createHash, randomBytes } from 'node:crypto';
import http from 'node:http';
import { problem } from '@jetbridge/contracts/http/problem.ts';
import { call } from '@jetbridge/testing/call.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { freePort } from '@jetbridge/testing/free-port.ts';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type GatewayUnderTest, type Surroundings, startGateway, startSurroundings } from './gateway-under-test.ts';
import { sendRaw } from './raw-request.ts';

const mebibyte = 1_048_576;

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

/** Sends a body in chunks on a connection that is kept, and returns the answer. */
function sendInChunks(
  agent: http.Agent,
  path: string,
  chunks: readonly Buffer[],
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'Transfer-Encoding': 'chunked', 'Content-Type': 'text/csv' };
    const req = http.request(gateway.url + path, { method: 'POST', agent, headers }, (res) => {
      let body = '';
      res.setEncoding('utf8');
      res.on('data', (text: string) => {
        body += text;
      });
      res.on('end', () => resolve({ status: res.statusCode ?? 0, body }));
    });
    req.on('error', reject);
    for (const chunk of chunks) req.write(chunk);
    req.end();
  });
}

test('a body that declares more than 1 MiB is answered with 413 and reaches nobody', async () => {
  const answer = await call(gateway.url, 'POST /api/v1/bookings', { body: 'x'.repeat(10 * mebibyte) });
  expect(answer.status).toBe(413);
  expect(problem.parse(answer.body).code).toBe('body_too_large');
  expect(surroundings.bookings.requests).toEqual([]);
  expect(surroundings.bookings.brokenRequests).toBe(0);
});

test('a body of exactly 1 MiB passes, and one in chunks as well', async () => {
  const agent = new http.Agent({ keepAlive: true });
  const body = 'x'.repeat(mebibyte);
  expect((await call(gateway.url, 'POST /api/v1/bookings', { body })).status).toBe(200);
  expect((await sendInChunks(agent, '/api/v1/bookings', [Buffer.from(body)])).status).toBe(200);
  agent.destroy();
  expect(surroundings.bookings.requests.map((request) => request.body.length)).toEqual([mebibyte, mebibyte]);
});

test('a body in chunks that grows beyond 1 MiB is answered with 413, its service never sees it whole, and the connection stays usable', async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const chunk = Buffer.alloc(65_536, 'x');
  const answer = await sendInChunks(
    agent,
    '/api/v1/bookings',
    Array.from({ length: 40 }, () => chunk),
  );
  expect(answer.status).toBe(413);
  expect(problem.parse(JSON.parse(answer.body)).code).toBe('body_too_large');
  await eventually(() => expect(surroundings.bookings.brokenRequests).toBe(1));
  expect(surroundings.bookings.requests).toEqual([]);
  expect((await sendInChunks(agent, '/api/v1/bookings', [Buffer.from('ok')])).status).toBe(200);
  agent.destroy();
});

test('an import may be larger, and arrives byte for byte', async () => {
  const body = randomBytes(6 * mebibyte).toString('base64');
  const answer = await call(gateway.url, 'POST /api/v1/flights/import', { body });
  expect(answer.status).toBe(200);
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  expect(hash(surroundings.flights.requests[0]?.body ?? '')).toBe(hash(body));
});

/** A write with a body that fills all buffers on the way, and a read behind it on the same connection. */
const writeThenRead = (path: string) => [
  `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n`,
  'x'.repeat(1_000_000),
  'GET /api/v1/flights HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
];

test('a write to a service that is down leaves the connection usable, though nobody read its body', async () => {
  const own = await startGateway({
    ...surroundings.settings,
    BOOKING_SERVICE_URL: `http://127.0.0.1:${await freePort()}`,
  });
  expect((await sendRaw(own.port, writeThenRead('/api/v1/bookings'))).statuses).toEqual([503, 200]);
  await own.stop();
});

test('a request refused before its body was read leaves the connection usable', async () => {
  expect((await sendRaw(gateway.port, writeThenRead('/api/v1/nowhere'))).statuses).toEqual([404, 200]);
});
