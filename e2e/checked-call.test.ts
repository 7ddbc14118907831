import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApiDocument } from '@jetbridge/contracts/openapi/document.ts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { checkedCall } from './checked-call.ts';

type Planned = { status: number; headers?: Record<string, string>; body?: unknown };

let server: http.Server;
let url: string;
let planned: Planned;

beforeAll(async () => {
  const document = createApiDocument({ version: '1.2.3', prefix: '/api/v1' });
  server = http.createServer((req, res) => {
    const { status, headers, body } =
      req.url === '/openapi.json' ? { status: 200, headers: json, body: document } : planned;
    res.writeHead(status, { 'X-Request-ID': 'req_1', ...headers }).end(body === undefined ? '' : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has an address of this form.
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
});

const json = { 'Content-Type': 'application/json; charset=utf-8' };
const tagged = { ...json, ETag: '"1"' };
const problemJson = { 'Content-Type': 'application/problem+json' };
const airline = { code: 'BA', name: 'British Airways' };
const notFound = {
  type: 'urn:jetbridge:problem:airline_not_found',
  title: 'Not Found',
  status: 404,
  detail: 'There is no such airline.',
  code: 'airline_not_found',
  requestId: 'req_1',
};
const read = () => checkedCall(url, 'GET /api/v1/airlines/BA');

beforeEach(() => {
  planned = { status: 200, headers: tagged, body: airline };
});

test('lets through what the document describes', async () => {
  expect((await read()).body).toEqual(airline);
  planned = { status: 404, headers: problemJson, body: notFound };
  expect((await read()).status).toBe(404);
});

test('refuses a member that the document does not have, and one that is missing', async () => {
  planned.body = { ...airline, alliance: 'oneworld' };
  await expect(read()).rejects.toThrow('additional properties');
  planned.body = { code: 'BA' };
  await expect(read()).rejects.toThrow("required property 'name'");
});

test('refuses a status, a code, a media type and an address that the document does not have', async () => {
  planned = { status: 418, headers: json, body: airline };
  await expect(read()).rejects.toThrow('are known');
  planned = { status: 404, headers: problemJson, body: { ...notFound, code: 'sold_out' } };
  await expect(read()).rejects.toThrow('allowed values');
  planned = { status: 404, headers: json, body: notFound };
  await expect(read()).rejects.toThrow('media type');
  planned = { status: 200, headers: json, body: airline };
  await expect(checkedCall(url, 'GET /api/v1/airlines/BA/fleet')).rejects.toThrow('no such path');
  await expect(checkedCall(url, 'PUT /api/v1/airlines/BA')).rejects.toThrow('no such method');
});

test('refuses an answer without a header that the document promises, and a foreign request id', async () => {
  const problem = { ...notFound, status: 401, code: 'invalid_token' };
  planned = { status: 401, headers: problemJson, body: problem };
  await expect(read()).rejects.toThrow('WWW-Authenticate is missing');
  planned = { status: 200, headers: json, body: airline };
  await expect(read()).rejects.toThrow('ETag is missing');
  planned = { status: 404, headers: problemJson, body: { ...notFound, requestId: 'req_2' } };
  await expect(read()).rejects.toThrow('X-Request-ID');
});
