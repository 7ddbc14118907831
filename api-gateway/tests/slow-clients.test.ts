import http from 'node:http';
import { connect, type Socket } from 'node:net';
import { problem } from '@jetbridge/contracts/http/problem.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GatewayUnderTest, type Surroundings, startGateway, startSurroundings } from './gateway-under-test.ts';

let surroundings: Surroundings;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  surroundings = await startSurroundings();
  gateway = await startGateway(surroundings.settings);
});
afterAll(async () => {
  await gateway.stop();
  await surroundings.stop();
});

/** Sends something, then a byte a second, until the gateway has had enough. */
function sendSlowly(beginning: string, byte: string): Promise<{ text: string; seconds: number }> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    let text = '';
    const socket = connect({ port: gateway.port, host: '127.0.0.1' }, () => socket.write(beginning));
    const timer = setInterval(() => socket.write(byte), 1_000);
    socket.on('data', (chunk) => {
      text += chunk;
    });
    // What is written into a connection that was just closed.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(timer);
      resolve({ text, seconds: (performance.now() - startedAt) / 1_000 });
    });
  });
}

const problemIn = (text: string) => problem.parse(JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4)));

test('headers have 10 s and whole requests 30 s to arrive, however steadily bytes come', {
  timeout: 60_000,
}, async () => {
  const [slowHead, slowBody] = await Promise.all([
    sendSlowly('GET /api/v1/flights HTTP/1.1\r\nHost: x\r\nX: ', 'a'),
    sendSlowly('POST /api/v1/bookings HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n', 'a'),
  ]);
  expect(slowHead.seconds).toBeGreaterThan(9);
  expect(slowHead.seconds).toBeLessThan(16);
  expect(problemIn(slowHead.text)).toMatchObject({ status: 408, code: 'request_timeout' });
  expect(slowBody.seconds).toBeGreaterThan(29);
  expect(slowBody.seconds).toBeLessThan(40);
  expect(problemIn(slowBody.text)).toMatchObject({ status: 408, code: 'request_timeout' });
  expect(surroundings.bookings.requests).toEqual([]);
  await eventually(() => expect(surroundings.bookings.brokenRequests).toBe(1));
});

/** The slowest but one in a hundred of so many requests, one after the other. */
async function p99OfReads(agent: http.Agent, reads: number): Promise<number> {
  const durationsMs: number[] = [];
  for (let read = 0; read < reads; read++) {
    const startedAt = performance.now();
    await new Promise<void>((resolve, reject) => {
      const req = http.get(`${gateway.url}/api/v1/flights`, { agent }, (res) =>
        res.resume().on('end', () => resolve()),
      );
      req.on('error', reject);
    });
    durationsMs.push(performance.now() - startedAt);
  }
  return durationsMs.toSorted((one, other) => one - other)[Math.floor(reads * 0.99)] ?? Number.NaN;
}

/** What a machine that is busy with other programs adds to single requests. */
const noiseMs = 25;

test('1,000 connections that send their requests byte by byte do not slow others down', {
  timeout: 60_000,
}, async () => {
  const agent = new http.Agent({ keepAlive: true });
  const before = await p99OfReads(agent, 500);
  const sockets = await Promise.all(
    Array.from(
      { length: 1_000 },
      () =>
        new Promise<Socket>((resolve, reject) => {
          const socket = connect({ port: gateway.port, host: '127.0.0.1' }, () => resolve(socket));
          socket.on('error', reject);
          socket.write('POST /api/v1/bookings HTTP/1.1\r\nHost: x\r\nX: ');
        }),
    ),
  );
  for (const socket of sockets) socket.removeAllListeners('error').on('error', () => undefined);
  const dripping = setInterval(() => {
    for (const socket of sockets) socket.write('a');
  }, 1_000);
  try {
    expect(await p99OfReads(agent, 500)).toBeLessThan(2 * before + noiseMs);
  } finally {
    clearInterval(dripping);
    for (const socket of sockets) socket.destroy();
    agent.destroy();
  }
});
