import { currency } from '@jetbridge/contracts/http/primitives.ts';
import { readProfile } from '@jetbridge/service-kit/config/profile.ts';
import { readListenAddress, readServiceUrls } from '@jetbridge/service-kit/config/service-urls.ts';
import { collectProblems, type Environment, readSettings } from '@jetbridge/service-kit/config/settings.ts';
import type { ServiceConfig } from '@jetbridge/service-kit/lifecycle/service-base.ts';
import { z } from 'zod';

export type Config = ServiceConfig & {
  /** The one currency of this deployment, ISO 4217. */
  readonly currency: string;
};

/** Reads the settings of this service. @throws SettingsError naming everything that is missing or wrong. */
export function loadConfig(environment: Environment): Config {
  const { profile, listen, serviceUrls, own } = collectProblems({
    profile: () => readProfile(environment, { setting: 'BOOKING_DATABASE_URL', database: 'airline_booking' }),
    listen: () => readListenAddress(environment, 'booking-service'),
    serviceUrls: () => readServiceUrls(environment),
    own: () =>
      readSettings(
        {
          CURRENCY: currency.default('USD'),
          PAYMENT_PROVIDER: z.enum(['none'], 'must be none: bookings are confirmed at once').default('none'),
        },
        environment,
      ),
  });
  return Object.freeze({ profile, listen, serviceUrls, logLevel: profile.logLevel, currency: own.CURRENCY });
}
