import { currency } from '@jetbridge/contracts/http/primitives.ts';
import { readProfile } from '@jetbridge/service-kit/config/profile.ts';
import { readListenAddress, readServiceUrls } from '@jetbridge/service-kit/config/service-urls.ts';
import { collectProblems, type Environment, readSettings } from '@jetbridge/service-kit/config/settings.ts';
import type { ServiceConfig } from '@jetbridge/service-kit/lifecycle/service-base.ts';
import { z } from 'zod';

export type Config = ServiceConfig & {
  /** The one currency of this deployment, ISO 4217. */
  readonly currency: string;
  /** Whether the rolling world timetable is kept filled, for demonstrations; never in production unless asked for. */
  readonly worldTimetable: boolean;
};

/** Reads the settings of this service. @throws SettingsError naming everything that is missing or wrong. */
export function loadConfig(environment: Environment): Config {
  const { profile, listen, serviceUrls, own } = collectProblems({
    profile: () => readProfile(environment, { setting: 'FLIGHT_DATABASE_URL', database: 'airline_flight' }),
    listen: () => readListenAddress(environment, 'flight-search-service'),
    serviceUrls: () => readServiceUrls(environment),
    own: () =>
      readSettings(
        {
          CURRENCY: currency.default('USD'),
          WORLD_TIMETABLE: z.enum(['on', 'off'], 'must be on or off').optional(),
        },
        environment,
      ),
  });
  const worldTimetable = own.WORLD_TIMETABLE === undefined ? !profile.production : own.WORLD_TIMETABLE === 'on';
  return Object.freeze({
    profile,
    listen,
    serviceUrls,
    logLevel: profile.logLevel,
    currency: own.CURRENCY,
    worldTimetable,
  });
}
