import type { CreateService } from '@jetbridge/service-kit/lifecycle/service.ts';
import { openServiceBase } from '@jetbridge/service-kit/lifecycle/service-base.ts';
import { createSeller } from './clients/seller.ts';
import type { Config } from './config.ts';
import { createCatalogue } from './db/catalogue.ts';
import { createFlightSearch } from './db/flight-search.ts';
import { createFlights } from './db/flights.ts';
import { createReferenceData } from './db/reference-data.ts';
import { createTimetableProgress } from './db/timetable.ts';
import { catalogueRoutes } from './http/catalogue-routes.ts';
import { createErrorTranslator } from './http/error-statuses.ts';
import { flightRoutes } from './http/flight-routes.ts';
import { startTimetableJob } from './jobs/timetable-job.ts';
import { inventoryHandlers } from './messaging/inventory-handler.ts';
import { extendTimetable } from './use-cases/extend-timetable.ts';
import { seedCatalogue } from './use-cases/seed-catalogue.ts';

export const migrations = new URL('../migrations/', import.meta.url);

/** Puts flight-search-service together. */
export const createFlightSearchService: CreateService<Config> = async (config, context) => {
  const base = await openServiceBase('flight-search-service', { config, context, migrations });
  const { database, clock, log } = base;
  const { currency } = config;
  const flights = createFlights(database);
  const catalogue = createCatalogue(database);
  await seedCatalogue(database, catalogue);
  const reference = createReferenceData(catalogue);
  await reference.reload();
  if (config.worldTimetable) {
    const progress = createTimetableProgress(database);
    const extend = () => extendTimetable({ database, flights, catalogue, progress, clock, log });
    await extend();
    context.owned.defer(startTimetableJob(extend, log).stop);
  }
  const searchFlights = createFlightSearch(database);
  const seller = createSeller(base.clientOf('booking-service'));
  return base.serve({
    routes: [
      ...flightRoutes({ database, flights, catalogue, reference, searchFlights, seller, clock, currency }),
      ...catalogueRoutes(catalogue, reference),
    ],
    handlers: inventoryHandlers(flights),
    translateError: createErrorTranslator(database.dialect),
  });
};
