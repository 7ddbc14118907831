import type { ServiceName } from '@jetbridge/contracts/http/route.ts';
import { z } from 'zod';
import { type Environment, port, readSettings } from './settings.ts';

/** Services that stand behind the gateway. */
export type BackendService = Exclude<ServiceName, 'api-gateway'>;

/** The base URLs of a service's instances, without a slash at the end; at least one. */
export type ServiceUrls = Readonly<Record<BackendService, readonly [string, ...string[]]>>;

const settingNames = {
  'auth-service': { url: 'AUTH_SERVICE_URL', port: 'AUTH_PORT', defaultPort: '3001' },
  'flight-search-service': { url: 'FLIGHT_SERVICE_URL', port: 'FLIGHT_PORT', defaultPort: '3002' },
  'booking-service': { url: 'BOOKING_SERVICE_URL', port: 'BOOKING_PORT', defaultPort: '3003' },
  'reminder-service': { url: 'REMINDER_SERVICE_URL', port: 'REMINDER_PORT', defaultPort: '3004' },
} as const satisfies Record<BackendService, { url: string; port: string; defaultPort: string }>;

const instanceList = z
  .string()
  .transform((value) => value.split(',').map((url) => url.trim().replace(/\/+$/, '')))
  .refine(
    (urls) => urls.every((url) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)),
    'must be a URL like http://10.0.0.5:3001, or several with commas between',
  );

/** Where each service answers: `AUTH_SERVICE_URL` and its like, else this machine on the service's port. */
export function readServiceUrls(environment: Environment): ServiceUrls {
  return {
    'auth-service': urlsOf('auth-service', environment),
    'flight-search-service': urlsOf('flight-search-service', environment),
    'booking-service': urlsOf('booking-service', environment),
    'reminder-service': urlsOf('reminder-service', environment),
  };
}

/** The address and port a service listens on: this machine alone unless `SERVICE_HOST` says otherwise. */
export function readListenAddress(environment: Environment, service: BackendService): { host: string; port: number } {
  const names = settingNames[service];
  const settings = readSettings(
    { SERVICE_HOST: z.string().default('127.0.0.1'), [names.port]: port.default(Number(names.defaultPort)) },
    environment,
  );
  return { host: String(settings.SERVICE_HOST), port: Number(settings[names.port]) };
}

function urlsOf(service: BackendService, environment: Environment): readonly [string, ...string[]] {
  const names = settingNames[service];
  const settings = readSettings({ [names.url]: instanceList.optional(), [names.port]: port.optional() }, environment);
  const [first, ...others] = (settings[names.url] as string[] | undefined) ?? [
    `http://127.0.0.1:${settings[names.port] ?? names.defaultPort}`,
  ];
  if (first === undefined) throw new Error('A list of URLs split from a string has at least one entry.');
  return [first, ...others];
}
