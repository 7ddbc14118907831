import type { CreateService } from '@jetbridge/service-kit/lifecycle/service.ts';
import { openServiceBase } from '@jetbridge/service-kit/lifecycle/service-base.ts';
import { createFlightCatalogue } from './clients/flight-catalogue.ts';
import type { Config } from './config.ts';
import { createBookings } from './db/bookings.ts';
import { createFlightFollowUps } from './db/flight-follow-ups.ts';
import { createFlightCopies } from './db/flights.ts';
import { createInventory } from './db/inventory.ts';
import { bookingRoutes } from './http/booking-routes.ts';
import { createErrorTranslator } from './http/error-statuses.ts';
import { internalRoutes } from './http/internal-routes.ts';
import { flightChangesJob } from './jobs/flight-changes-job.ts';
import { flightHandlers } from './messaging/flight-handlers.ts';
import { createCapacityDesk } from './sales/capacity-desk.ts';
import { createSalesDesk } from './sales/sales-desk.ts';

const migrations = new URL('../migrations/', import.meta.url);

/** Puts booking-service together. */
export const createBookingService: CreateService<Config> = async (config, context) => {
  const base = await openServiceBase('booking-service', { config, context, migrations });
  const { database, clock } = base;
  const bookings = createBookings(database);
  const inventory = createInventory(database);
  const copies = createFlightCopies(database);
  const followUps = createFlightFollowUps(database);
  const desk = createSalesDesk({ database, inventory, bookings, copies });
  const capacity = createCapacityDesk({ database, inventory, copies });
  const catalogue = createFlightCatalogue(base.clientOf('flight-search-service'));
  const { currency } = config;
  return base.serve({
    routes: [
      ...bookingRoutes({ desk, bookings, copies, catalogue, clock, currency }),
      ...internalRoutes({ bookings, capacity }),
    ],
    handlers: flightHandlers({ copies, capacity, followUps }, clock),
    jobs: [flightChangesJob({ database, bookings, copies, followUps, desk, clock })],
    translateError: createErrorTranslator(database.dialect),
  });
};
