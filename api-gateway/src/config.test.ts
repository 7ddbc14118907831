import { SettingsError } from '@jetbridge/service-kit/config/settings.ts';
import { expect, test } from 'vitest';
import { loadConfig } from './config.ts';

test('without settings it listens on this machine alone, with the limits of the contract', () => {
  const config = loadConfig({});
  expect(config.listen).toEqual({ host: '127.0.0.1', port: 3_000, certificate: undefined });
  expect(config.limits).toMatchObject({ perAddressAndMinute: 100, perAccountAndMinute: 300, redisUrl: undefined });
  expect(config.upstreams.urls['booking-service']).toEqual(['http://127.0.0.1:3003']);
  expect(config.trustedProxies).toBe(0);
  expect(config.corsOrigins).toEqual([]);
});

test('in production it listens on all addresses, unless HOST says otherwise', () => {
  expect(loadConfig({ NODE_ENV: 'production' }).listen.host).toBe('0.0.0.0');
  expect(loadConfig({ NODE_ENV: 'production', HOST: '10.0.0.5' }).listen.host).toBe('10.0.0.5');
});

test('all that is wrong is said at once', () => {
  const wrong = {
    PORT: 'http',
    TRUST_PROXY: 'true',
    CORS_ORIGINS: 'https://book.example.com/',
    RATE_LIMIT_PER_MINUTE: '-1',
    RATE_LIMIT_PER_ACCOUNT: '0',
    REDIS_URL: 'localhost:6379',
    LOG_LEVEL: 'loud',
    TLS_CERT_FILE: 'cert.pem',
    BOOKING_SERVICE_URL: 'booking',
  };
  const problems = problemsOf(() => loadConfig(wrong));
  for (const name of Object.keys(wrong)) expect(problems.filter((problem) => problem.startsWith(name))).toHaveLength(1);
});

function problemsOf(load: () => unknown): readonly string[] {
  try {
    load();
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
  }
  throw new Error('The settings were accepted.');
}
