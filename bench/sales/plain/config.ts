import { readProfile } from '@jetbridge/service-kit/config/profile.ts';
import { readListenAddress, readServiceUrls } from '@jetbridge/service-kit/config/service-urls.ts';
import { collectProblems, type Environment } from '@jetbridge/service-kit/config/settings.ts';
import type { ServiceConfig } from '@jetbridge/service-kit/lifecycle/service-base.ts';

/** Reads the settings of the plain seller: those of any service. @throws SettingsError */
export function loadConfig(environment: Environment): ServiceConfig {
  const { profile, listen, serviceUrls } = collectProblems({
    profile: () => readProfile(environment, { setting: 'BOOKING_DATABASE_URL', database: 'airline_booking' }),
    listen: () => readListenAddress(environment, 'booking-service'),
    serviceUrls: () => readServiceUrls(environment),
  });
  return { profile, listen, serviceUrls, logLevel: profile.logLevel };
}
