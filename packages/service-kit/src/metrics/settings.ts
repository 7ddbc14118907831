import type { ServiceName } from '@jetbridge/contracts/http/route.ts';
import { z } from 'zod';
import { readCommonSettings } from '../config/profile.ts';
import { type Environment, port, readSettings } from '../config/settings.ts';

/** Where a service's numbers are shown, and the folder in which its workers find each other. */
export type MetricsSettings = {
  readonly service: ServiceName;
  readonly host: string;
  /** 0: nowhere. */
  readonly port: number;
  readonly dataFolder: string;
};

/** One port for each service, so that all may run on one machine. */
const portSettings = {
  'api-gateway': { setting: 'GATEWAY_METRICS_PORT', usual: 9_100 },
  'auth-service': { setting: 'AUTH_METRICS_PORT', usual: 9_101 },
  'flight-search-service': { setting: 'FLIGHT_METRICS_PORT', usual: 9_102 },
  'booking-service': { setting: 'BOOKING_METRICS_PORT', usual: 9_103 },
  'reminder-service': { setting: 'REMINDER_METRICS_PORT', usual: 9_104 },
} as const satisfies Record<ServiceName, { setting: string; usual: number }>;

/**
 * Reads where a service shows its metrics: its own setting goes before `METRICS_PORT`, which is for a process that runs
 * alone; 0 switches them off, and so do tests unless they name a port. @throws SettingsError
 */
export function readMetricsSettings(environment: Environment, service: ServiceName): MetricsSettings {
  const { setting, usual } = portSettings[service];
  const settings = readSettings(
    {
      METRICS_HOST: z.string().default('127.0.0.1'),
      METRICS_PORT: port.optional(),
      NODE_ENV: z.string().optional(),
    },
    environment,
  );
  const { [setting]: own } = readSettings({ [setting]: port.optional() }, environment);
  const preset = settings.NODE_ENV === 'test' ? 0 : usual;
  return {
    service,
    host: settings.METRICS_HOST,
    port: own ?? settings.METRICS_PORT ?? preset,
    dataFolder: readCommonSettings(environment).dataFolder,
  };
}
