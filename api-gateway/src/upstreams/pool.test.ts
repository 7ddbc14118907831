import { createLogger } from '@jetbridge/service-kit/log/logger.ts';
import { describe, expect, test } from 'vitest';
import { startDiscovery } from './discovery.ts';
import { createPool } from './pool.ts';

const log = createLogger({ service: 'api-gateway', level: 'fatal' });
const urls = ['http://booking.internal:3003/', 'http://10.0.0.9:3003', 'http://localhost:3003'];

/** Resolves once, with what the names stand for. */
async function discover(pool: ReturnType<typeof createPool>, resolve: () => Promise<readonly string[]>): Promise<void> {
  await (await startDiscovery({ pools: [pool], resolve, log })).stop();
}

const urlsOf = (pool: ReturnType<typeof createPool>) => pool.instances().map(({ url }) => url);

describe('a name in the setting of a service', () => {
  test('stands for an instance at each of its addresses; addresses and localhost stand for themselves', async () => {
    const pool = createPool('booking-service', urls);
    expect(pool.namedUrls).toEqual(['http://booking.internal:3003/']);
    expect(urlsOf(pool)).toEqual(['http://10.0.0.9:3003', 'http://localhost:3003']);
    await discover(pool, async () => ['10.0.0.2', 'fd00::1', '10.0.0.2']);
    expect(urlsOf(pool)).toEqual([
      'http://10.0.0.2:3003',
      'http://[fd00::1]:3003',
      'http://10.0.0.9:3003',
      'http://localhost:3003',
    ]);
    expect(pool.instances()[1]?.target).toMatchObject({ hostname: 'fd00::1', host: 'booking.internal:3003' });
  });

  test('keeps the instances at addresses that stay, and what is known of them', async () => {
    const pool = createPool('booking-service', urls.slice(0, 1));
    await discover(pool, async () => ['10.0.0.2', '10.0.0.3']);
    const [, stays] = pool.instances();
    if (stays) stays.inFlight = 5;
    await discover(pool, async () => ['10.0.0.3', '10.0.0.4']);
    expect(pool.instances()[0]).toBe(stays);
    expect(urlsOf(pool)).toEqual(['http://10.0.0.3:3003', 'http://10.0.0.4:3003']);
  });

  test('keeps what it stood for when it can not be resolved, or to nothing', async () => {
    const pool = createPool('booking-service', urls.slice(0, 1));
    await discover(pool, async () => ['10.0.0.2']);
    await discover(pool, async () => Promise.reject(new Error('ENOTFOUND')));
    await discover(pool, async () => []);
    expect(urlsOf(pool)).toEqual(['http://10.0.0.2:3003']);
  });

  test('that never was resolved leaves the service without instances', async () => {
    const pool = createPool('booking-service', urls.slice(0, 1));
    await discover(pool, async () => Promise.reject(new Error('ENOTFOUND')));
    expect(pool.choose()).toBeUndefined();
    await discover(pool, async () => ['10.0.0.2']);
    expect(pool.choose()?.url).toBe('http://10.0.0.2:3003');
  });

  test('gives a newcomer nothing before it was looked at, as long as there are others', async () => {
    const pool = createPool('booking-service', urls.slice(0, 1));
    await discover(pool, async () => ['10.0.0.2']);
    await discover(pool, async () => ['10.0.0.2', '10.0.0.3']);
    const chosen = new Set(Array.from({ length: 10 }, () => pool.choose()?.url));
    expect([...chosen]).toEqual(['http://10.0.0.2:3003']);
  });
});

test('while a failure is simulated nobody gets a request', () => {
  const pool = createPool('booking-service', ['http://10.0.0.2:3003']);
  pool.simulateFailure(true);
  expect(pool.choose()).toBeUndefined();
  pool.simulateFailure(false);
  expect(pool.choose()).toBeDefined();
});
