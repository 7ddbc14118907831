import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { type GatewayUnderTest, type Surroundings, startGateway, startSurroundings } from './gateway-under-test.ts';
import { sendRaw } from './raw-request.ts';

/** Stands where a service with WebSockets would: says back what it hears, and remembers who asked. */
async function startEchoService() {
  const asked: { url: string; headers: http.IncomingHttpHeaders }[] = [];
  const server = http.createServer((req, res) => {
    if (req.url !== '/health') asked.push({ url: req.url ?? '', headers: req.headers });
    res.end('plain');
  });
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (req, socket, head) => {
    asked.push({ url: req.url ?? '', headers: req.headers });
    if (req.url?.includes('refuse')) {
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nX-Why: because\r\n\r\nno');
      return;
    }
    if (req.url?.includes('garble')) {
      socket.end('HTTP/1.1 099 No\r\nContent-Length: 2\r\n\r\nno');
      return;
    }
    if (req.url?.includes('break')) {
      socket.destroy();
      return;
    }
    sockets.handleUpgrade(req, socket, head, (ws) => {
      ws.send('welcome');
      ws.on('message', (data, isBinary) => {
        if (String(data) === 'leave') ws.close(4_001, 'as you wish');
        else ws.send(data, { binary: isBinary });
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    open: () => sockets.clients.size,
    stop: () => {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      server.close();
    },
  };
}

let surroundings: Surroundings;
let service: Awaited<ReturnType<typeof startEchoService>>;
let gateway: GatewayUnderTest;

const gatewayWith = (settings = {}) =>
  startGateway({ ...surroundings.settings, FLIGHT_SERVICE_URL: service.url, ...settings });

beforeAll(async () => {
  surroundings = await startSurroundings();
  service = await startEchoService();
  gateway = await gatewayWith();
});
afterEach(() => {
  service.asked.length = 0;
});
afterAll(async () => {
  await gateway.stop();
  service.stop();
  await surroundings.stop();
});

/** A socket whose greeting has come, and what it hears from then on. */
async function open(at: GatewayUnderTest, options: { headers?: Record<string, string>; path?: string } = {}) {
  const ws = new WebSocket(`ws://127.0.0.1:${at.port}${options.path ?? '/socket.io/?EIO=4&transport=websocket'}`, {
    headers: options.headers ?? {},
  });
  const heard: string[] = [];
  const closed = new Promise<number>((resolve) => ws.once('close', resolve));
  ws.on('message', (data) => heard.push(String(data)));
  const opened = await new Promise<http.IncomingMessage>((resolve, reject) => {
    ws.once('upgrade', resolve);
    ws.once('error', reject);
  });
  await eventually(() => expect(heard).toContain('welcome'));
  return { ws, heard, closed, answer: opened };
}

const handshake = (path: string, more = '') =>
  `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
  `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${more}\r\n`;

describe('a WebSocket', () => {
  test('goes to its service and back, text and bytes, small and large', async () => {
    const { ws, heard, closed, answer } = await open(gateway, { headers: { 'X-Request-ID': 'mine' } });
    expect(answer.headers['x-request-id']).toBe('mine');
    const large = 'x'.repeat(3_000_000);
    ws.send('hello');
    ws.send(Buffer.from('bytes'));
    ws.send(large);
    await eventually(() => expect(heard).toHaveLength(4));
    expect(heard.slice(0, 3)).toEqual(['welcome', 'hello', 'bytes']);
    expect(heard[3] === large).toBe(true);
    ws.send('leave');
    expect(await closed).toBe(4_001);
  });

  test('is asked for under the same rules as a request: what clients claim to be does not get through', async () => {
    const { ws } = await open(gateway, {
      headers: { 'X-User-Id': 'usr_admin', 'X-Role': 'admin', 'X-Forwarded-For': '1.2.3.4', Authorization: 'Bearer t' },
    });
    const [asked] = service.asked;
    expect(asked?.url).toBe('/socket.io/?EIO=4&transport=websocket');
    expect(asked?.headers).toMatchObject({
      authorization: 'Bearer t',
      'x-forwarded-for': '127.0.0.1',
      'x-request-id': expect.stringMatching(/^req_/),
    });
    expect(Object.keys(asked?.headers ?? {}).filter((name) => /^x-(user|role)/.test(name))).toEqual([]);
    ws.terminate();
  });

  test('ends at the service when its client goes away, and stands in the access log', async () => {
    const own = await gatewayWith();
    const before = service.open();
    const { ws } = await open(own);
    expect(service.open()).toBe(before + 1);
    ws.terminate();
    await eventually(() => expect(service.open()).toBe(before));
    await own.stop();
    const [line] = own.accessLog.map((text) => JSON.parse(text));
    expect(line).toMatchObject({ path: '/socket.io/', status: 101, upstream: 'flight-search-service' });
    expect(line).not.toHaveProperty('aborted');
  });

  test('does not keep a gateway from stopping, and hears of it', async () => {
    const own = await gatewayWith();
    const { closed } = await open(own);
    const startedAtMs = performance.now();
    await own.stop();
    await closed;
    expect(performance.now() - startedAtMs).toBeLessThan(3_000);
  });

  test('is refused above the number that one address may have, and again given when one ends', async () => {
    const own = await gatewayWith({ WEBSOCKETS_PER_ADDRESS: '2' });
    const first = await open(own);
    const second = await open(own);
    const refused = await sendRaw(own.port, handshake('/socket.io/'));
    expect(refused.text).toMatch(/^HTTP\/1\.1 429 /);
    expect(refused.text).toContain('"code":"rate_limited"');
    expect(refused.closed).toBe(true);
    first.ws.terminate();
    await eventually(async () => (await open(own)).ws.terminate());
    second.ws.terminate();
    await own.stop();
  });

  test('counts on the budget of its client', async () => {
    const own = await gatewayWith({ RATE_LIMIT_PER_MINUTE: '1' });
    const { ws } = await open(own);
    ws.terminate();
    expect((await sendRaw(own.port, handshake('/socket.io/'))).text).toMatch(/^HTTP\/1\.1 429 /);
    await own.stop();
  });
});

describe('a WebSocket that its service does not give', () => {
  test('is answered with what the service says', async () => {
    const { text, closed } = await sendRaw(gateway.port, handshake('/socket.io/?refuse'));
    expect(text).toMatch(/^HTTP\/1\.1 403 /);
    expect(text).toContain('because');
    expect(text).toMatch(/no$/);
    expect(closed).toBe(true);
  });

  test('is answered for when the service answers what can not be passed on', async () => {
    expect((await sendRaw(gateway.port, handshake('/socket.io/?garble'))).statuses).toEqual([502]);
    expect(service.asked).toHaveLength(1);
  });

  test('is answered for when the service breaks off or is away', async () => {
    const broken = await sendRaw(gateway.port, handshake('/socket.io/?break'));
    expect(broken.text).toMatch(/^HTTP\/1\.1 502 /);
    expect(broken.text).toContain('application/problem+json');
    const own = await gatewayWith({ FLIGHT_SERVICE_URL: 'http://127.0.0.1:1' });
    expect((await sendRaw(own.port, handshake('/socket.io/'))).text).toMatch(/^HTTP\/1\.1 503 /);
    await own.stop();
  });
});

describe('a request that asks to leave HTTP where it can not', () => {
  test.each([
    ['another path', handshake('/api/v1/flights', 'Connection: close\r\n')],
    ['another protocol', handshake('/socket.io/', 'Connection: close\r\n').replace('websocket', 'h2c')],
    ['a body', handshake('/socket.io/', 'Content-Length: 2\r\n').replace('keep-alive, ', 'close, ').concat('{}')],
  ])('is answered as any other: %s', async (_what, request) => {
    const { text } = await sendRaw(gateway.port, request);
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
    expect(text).toMatch(/plain$/);
    expect(service.asked).toHaveLength(1);
    expect(service.asked[0]?.headers).not.toHaveProperty('upgrade');
  });

  test('and has no Host, or a path that could be read as another, is refused before the service hears of it', async () => {
    const withoutHost = await sendRaw(gateway.port, handshake('/socket.io/').replace('Host: x\r\n', ''));
    expect(withoutHost.text).toMatch(/^HTTP\/1\.1 400 /);
    const unsafe = await sendRaw(gateway.port, handshake('/socket.io/..%2finternal'));
    expect(unsafe.text).toMatch(/^HTTP\/1\.1 400 /);
    expect(service.asked).toEqual([]);
  });
});
