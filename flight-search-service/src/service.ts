import { itineraryIdPurpose } from '@jetbridge/contracts/flights/itineraries.ts';
import { createTextSigner } from '@jetbridge/service-kit/auth/signed-text.ts';
import type { CreateService } from '@jetbridge/service-kit/lifecycle/service.ts';
import { openServiceBase } from '@jetbridge/service-kit/lifecycle/service-base.ts';
import { createSeller } from './clients/seller.ts';
import type { Config } from './config.ts';
import { createCatalogue } from './db/catalogue.ts';
import { createFlights } from './db/flights.ts';
import { createImports } from './db/imports.ts';
import { createReferenceData } from './db/reference-data.ts';
import { createScheduleRows } from './db/schedule-rows.ts';
import { createTimetableProgress } from './db/timetable.ts';
import { createSchedule } from './domain/search/schedule.ts';
import { catalogueRoutes } from './http/catalogue-routes.ts';
import { createErrorTranslator } from './http/error-statuses.ts';
import { flightRoutes } from './http/flight-routes.ts';
import { importRoutes } from './http/import-routes.ts';
import { itineraryRoutes } from './http/itinerary-routes.ts';
import { startScheduleCheckJob } from './jobs/schedule-check-job.ts';
import { startTimetableJob } from './jobs/timetable-job.ts';
import { inventoryHandlers } from './messaging/inventory-handler.ts';
import { scheduleHandlers } from './messaging/schedule-handlers.ts';
import { createFlightFragments } from './presenters/flight-fragments.ts';
import { createItineraryWriter } from './presenters/present-itinerary.ts';
import { readSeedFleet } from './seed/seed-files.ts';
import { createConnectingRule } from './use-cases/connecting-rule.ts';
import { extendTimetable } from './use-cases/extend-timetable.ts';
import { createScheduleKeeper } from './use-cases/keep-schedule.ts';
import { createImportReceiver } from './use-cases/receive-import.ts';
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
  const schedule = createSchedule();
  const rows = createScheduleRows(database);
  const keeper = createScheduleKeeper({ schedule, rows, flights, reference, log });
  const fragments = createFlightFragments({ schedule, names: reference, currency });
  const signer = createTextSigner({ secret: config.profile.internalSecret, purpose: itineraryIdPurpose });
  const itineraryJson = createItineraryWriter({ schedule, fragments, signer, currency });
  const connectingRule = createConnectingRule(schedule, reference);
  const seller = createSeller(base.clientOf('booking-service'));
  const imports = createImports(database);
  const fleet = readSeedFleet();
  const receiver = createImportReceiver({ database, flights, catalogue, fleet, imports, keeper, log });
  context.owned.defer(receiver.stop);
  const service = await base.serve({
    routes: [
      // Before the routes of one flight, which take every other word for an id.
      ...importRoutes({ receiver, imports }),
      ...flightRoutes({
        database,
        flights,
        catalogue,
        reference,
        schedule,
        keeper,
        fragments,
        seller,
        clock,
        currency,
      }),
      ...itineraryRoutes({ schedule, reference, connectingRule, clock, itineraryJson, currency }),
      ...catalogueRoutes({ database, catalogue, reference }),
    ],
    handlers: inventoryHandlers(flights),
    memory: { handlers: scheduleHandlers(keeper, reference), onReload: keeper.catchUp },
    translateError: createErrorTranslator(database.dialect),
  });
  context.owned.defer(startScheduleCheckJob(keeper.catchUp, log).stop);
  return service;
};
