import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServiceName } from '@jetbridge/contracts/http/route.ts';
import type { Environment } from '@jetbridge/service-kit/config/settings.ts';
import { readMetricsSettings } from '@jetbridge/service-kit/metrics/settings.ts';
import { expect, test } from 'vitest';
import { loadConfig as loadGateway } from '../api-gateway/src/config.ts';
import { loadConfig as loadAuth } from '../auth-service/src/config.ts';
import { loadConfig as loadBooking } from '../booking-service/src/config.ts';
import { loadConfig as loadFlight } from '../flight-search-service/src/config.ts';
import { loadConfig as loadReminder } from '../reminder-service/src/config.ts';

const projectFolder = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(projectFolder, file), 'utf8');

const loaders = {
  'api-gateway': loadGateway,
  'auth-service': loadAuth,
  'flight-search-service': loadFlight,
  'booking-service': loadBooking,
  'reminder-service': loadReminder,
} as const satisfies Record<ServiceName, (environment: Environment) => unknown>;

/** Only tests set it. */
const testsOnly = 'EVENTS';

test('.env.example names every setting that is read, and no other', () => {
  const asked = new Set<string>();
  const secret = 'x'.repeat(32);
  const watch = (given: Environment) =>
    new Proxy(given, {
      get: (target, name) => {
        if (typeof name !== 'string') return undefined;
        asked.add(name);
        return target[name];
      },
    });
  const environment = watch({ INTERNAL_SECRET: secret, KEYS_SECRET: secret });
  for (const load of Object.values(loaders)) load(environment);
  const stripe = { PAYMENT_PROVIDER: 'stripe', STRIPE_SECRET_KEY: 'sk', STRIPE_WEBHOOK_SECRET: 'whsec' };
  loadBooking(watch({ INTERNAL_SECRET: secret, ...stripe }));
  for (const service of Object.keys(loaders)) readMetricsSettings(environment, service as ServiceName);
  for (const [, name] of read('ecosystem.config.js').matchAll(/'(\w+_INSTANCES)'/g)) asked.add(name ?? '');
  asked.delete(testsOnly);

  const named = Array.from(read('.env.example').matchAll(/^#?([A-Z][A-Z0-9_]*)=/gm), ([, name]) => name);
  expect(named.toSorted()).toEqual([...asked].toSorted());
});
