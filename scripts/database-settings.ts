import { type DatabaseNames, readDatabaseSettings } from '@jetbridge/service-kit/config/profile.ts';
import type { BackendService } from '@jetbridge/service-kit/config/service-urls.ts';
import type { Environment } from '@jetbridge/service-kit/config/settings.ts';
import type { DatabaseSettings } from '@jetbridge/service-kit/database/open-database.ts';

/** The database of each service, as its `config.ts` names it. */
export const databaseNames = {
  'auth-service': { setting: 'AUTH_DATABASE_URL', database: 'airline_auth' },
  'flight-search-service': { setting: 'FLIGHT_DATABASE_URL', database: 'airline_flight' },
  'booking-service': { setting: 'BOOKING_DATABASE_URL', database: 'airline_booking' },
  'reminder-service': { setting: 'REMINDER_DATABASE_URL', database: 'airline_reminder' },
} as const satisfies Record<BackendService, DatabaseNames>;

/** Where every service's data is, by the settings that the services themselves read. @throws SettingsError */
export function readAllDatabaseSettings(environment: Environment): Record<BackendService, DatabaseSettings> {
  const read = (service: BackendService) => readDatabaseSettings(environment, databaseNames[service]);
  return {
    'auth-service': read('auth-service'),
    'flight-search-service': read('flight-search-service'),
    'booking-service': read('booking-service'),
    'reminder-service': read('reminder-service'),
  };
}
