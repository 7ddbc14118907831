import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { call } from '@jetbridge/testing/call.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { freePort } from '@jetbridge/testing/free-port.ts';
import { killAfterUs } from '@jetbridge/testing/last-will.ts';
import { startRedis } from '@jetbridge/testing/redis-server.ts';
import { describeWithServer } from '@jetbridge/testing/suite-availability.ts';
import { temporaryFolder } from '@jetbridge/testing/temporary-folder.ts';
import { describe, expect, test } from 'vitest';
import { sendRaw } from './raw-request.ts';

const processes = 4;
const keys = 50;
/** Enough for the processes to take portions of it, instead of asking for each request. */
const limit = 800;
const sentOfEach = 880;

/** Starting four programs takes a while on a machine that is busy. */
const patience = { timeoutMs: 40_000 };
const testTimeoutMs = 90_000;

async function startProcess(settings: Record<string, string>): Promise<{ port: number; kill: () => Promise<void> }> {
  const port = await freePort();
  const child = spawn(process.execPath, [join(import.meta.dirname, '../src/main.ts')], {
    env: { PATH: process.env.PATH, NODE_ENV: 'test', LOG_LEVEL: 'fatal', PORT: String(port), ...settings },
    stdio: 'ignore',
    detached: true,
  });
  if (child.pid === undefined) throw new Error('The gateway could not be started.');
  // Also when another of them does not start.
  const withdraw = killAfterUs(child.pid);
  child.once('exit', withdraw);
  const url = `http://127.0.0.1:${port}`;
  await eventually(async () => expect((await call(url, 'GET /health')).status).toBe(200), patience);
  return {
    port,
    kill: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

const keyOf = (index: number) => `203.0.113.${index % keys}`;

/** One request after the other on one connection, each in the name of the next client; nobody serves that path. */
const requests = Array.from({ length: (keys * sentOfEach) / processes }, (_, index) => {
  const last = index === (keys * sentOfEach) / processes - 1;
  const connection = last ? 'Connection: close\r\n' : '';
  return `GET /api/v1/nowhere HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: ${keyOf(index)}\r\n${connection}\r\n`;
});

/** How many requests of each key were let in by all processes together, which all get as many of each at once. */
async function admittedOfEach(settings: Record<string, string>): Promise<number[]> {
  const nobody = `http://127.0.0.1:${await freePort()}`;
  const all = {
    AUTH_SERVICE_URL: nobody,
    FLIGHT_SERVICE_URL: nobody,
    BOOKING_SERVICE_URL: nobody,
    REMINDER_SERVICE_URL: nobody,
    TRUST_PROXY: '1',
    RATE_LIMIT_PER_MINUTE: String(limit),
    ...settings,
  };
  const gateways = await Promise.all(Array.from({ length: processes }, () => startProcess(all)));
  try {
    const answers = await Promise.all(gateways.map(({ port }) => sendRaw(port, [requests.join('')], 20_000)));
    const admitted = Array.from({ length: keys }, () => 0);
    for (const { statuses } of answers) {
      expect(statuses).toHaveLength(requests.length);
      for (const [index, status] of statuses.entries()) {
        if (status === 404) admitted[index % keys] = (admitted[index % keys] ?? 0) + 1;
        else expect(status).toBe(429);
      }
    }
    return admitted;
  } finally {
    await Promise.all(gateways.map((gateway) => gateway.kill()));
  }
}

function expectExact(admitted: readonly number[]): void {
  for (const count of admitted) {
    expect(count).toBeLessThanOrEqual(limit);
    expect(count).toBeGreaterThanOrEqual(limit * 0.99);
  }
}

describe('four processes let in what fifty clients may, to a hundredth', () => {
  test('counting in a file', { timeout: testTimeoutMs }, async () => {
    const folder = temporaryFolder('limits');
    try {
      expectExact(await admittedOfEach({ DATA_DIR: folder.path }));
    } finally {
      folder.remove();
    }
  });
});

describeWithServer('four processes let in what fifty clients may, to a hundredth, with a Redis', 'redis', () => {
  test('counting in it', { timeout: testTimeoutMs }, async () => {
    const redis = await startRedis();
    const folder = temporaryFolder('limits');
    try {
      expectExact(await admittedOfEach({ DATA_DIR: folder.path, REDIS_URL: redis.url }));
    } finally {
      await redis.stop();
      folder.remove();
    }
  });
});
