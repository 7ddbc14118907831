import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { ServiceAgent } from '../src/proxy/service-agent.ts';

/** Connections that were made to the service so far. */
const connections: Socket[] = [];
const service = http.createServer((req, res) => res.end(req.url));
let agent: ServiceAgent;

beforeAll(async () => {
  service.on('connection', (socket) => connections.push(socket));
  await once(service.listen(0, '127.0.0.1'), 'listening');
});
beforeEach(() => {
  agent = new ServiceAgent();
  connections.length = 0;
});
afterEach(() => agent.destroy());
afterAll(() => void service.close());

async function ask(path: string, silentMs?: number): Promise<string> {
  // A server that listens on TCP has an address of this form.
  const { port } = service.address() as AddressInfo;
  const req = http.get({ host: '127.0.0.1', port, path, agent });
  if (silentMs !== undefined) req.once('socket', (socket) => void socket.setTimeout(silentMs));
  const [answer] = (await once(req, 'response')) as [IncomingMessage];
  return text(answer);
}

const idle = () => Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? []);

test('one request after the other takes the same connection, and several at once take several', async () => {
  for (const path of ['/1', '/2', '/3']) expect(await ask(path)).toBe(path);
  expect(connections).toHaveLength(1);
  expect(await Promise.all(['/4', '/5', '/6'].map(ask))).toEqual(['/4', '/5', '/6']);
  expect(connections).toHaveLength(3);
  await eventually(() => expect(idle()).toHaveLength(3));
  expect(Object.values(agent.sockets).flat()).toEqual([]);
});

test('a connection that was closed while it was idle is not taken', async () => {
  await ask('/1');
  await eventually(() => expect(idle()).toHaveLength(1));
  connections[0]?.destroy();
  await eventually(() => expect(idle()).toEqual([]));
  expect(await ask('/2')).toBe('/2');
  expect(connections).toHaveLength(2);
});

test('what a service says without being asked is not the answer to the next request', async () => {
  await ask('/1');
  await eventually(() => expect(idle()).toHaveLength(1));
  connections[0]?.write('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged');
  await eventually(() => expect(idle()).toEqual([]));
  expect(await ask('/2')).toBe('/2');
});

test('nothing is left of an address without idle connections', async () => {
  await ask('/1');
  await eventually(() => expect(idle()).toHaveLength(1));
  const answer = ask('/2');
  expect(Object.keys(agent.freeSockets)).toEqual([]);
  expect(await answer).toBe('/2');
  await eventually(() => expect(idle()).toHaveLength(1));
  connections[0]?.destroy();
  await eventually(() => expect(Object.keys(agent.freeSockets)).toEqual([]));
});

test.each([
  [30_000, 30_000],
  [300_000, 60_000],
])('a connection that may be silent for %i ms may be idle for %i', async (silentMs, idleMs) => {
  await ask('/1', silentMs);
  await eventually(() => expect(idle()).toHaveLength(1));
  expect(idle()[0]?.timeout).toBe(idleMs);
});

test('destroying it ends the connections that are idle and those that work', async () => {
  await ask('/1');
  const [connection] = connections;
  if (!connection) throw new Error('A connection was made.');
  agent.destroy();
  await once(connection, 'close');
});
