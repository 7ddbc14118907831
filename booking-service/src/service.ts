import type { CreateService } from '@jetbridge/service-kit/lifecycle/service.ts';
import { openServiceBase } from '@jetbridge/service-kit/lifecycle/service-base.ts';
import { createFlightCatalogue } from './clients/flight-catalogue.ts';
import type { Config } from './config.ts';
import { createBookingHistory } from './db/booking-history.ts';
import { createBookings } from './db/bookings.ts';
import { createCapacities } from './db/capacities.ts';
import { createDeletedUsers } from './db/deleted-users.ts';
import { createFlightFollowUps } from './db/flight-follow-ups.ts';
import { createFlightCopies } from './db/flights.ts';
import { createIdempotencyKeys } from './db/idempotency-keys.ts';
import { createInventory } from './db/inventory.ts';
import { createLookupAttempts } from './db/lookup-attempts.ts';
import { createPayments } from './db/payments.ts';
import { createSalesReport } from './db/sales-report.ts';
import { createUserHolds } from './db/user-holds.ts';
import { afterSaleRoutes } from './http/after-sale-routes.ts';
import { bookingRoutes } from './http/booking-routes.ts';
import { createErrorTranslator } from './http/error-statuses.ts';
import { internalRoutes } from './http/internal-routes.ts';
import { lookupRoutes } from './http/lookup-routes.ts';
import { openRoutes } from './http/open-routes.ts';
import { reportRoutes } from './http/report-routes.ts';
import { writtenAnswers } from './http/written-answers.ts';
import { flightChangesJob } from './jobs/flight-changes-job.ts';
import { housekeepingJobs } from './jobs/housekeeping-jobs.ts';
import { paymentJobs } from './jobs/payment-jobs.ts';
import { sandboxWebhooksJob } from './jobs/sandbox-webhooks-job.ts';
import { flightHandlers } from './messaging/flight-handlers.ts';
import { userHandlers } from './messaging/user-handlers.ts';
import { createPaymentProvider } from './payments/create-provider.ts';
import { createCapacityDesk } from './sales/capacity-desk.ts';
import { createSalesDesk } from './sales/sales-desk.ts';
import { createSeatsUnderWay } from './sales/seats-under-way.ts';
import { showSalesMetrics } from './sales-metrics.ts';

const migrations = new URL('../migrations/', import.meta.url);

/** Puts booking-service together. */
export const createBookingService: CreateService<Config> = async (config, context) => {
  const base = await openServiceBase('booking-service', { config, context, migrations });
  const { database, clock, log } = base;
  const bookings = createBookings(database);
  const history = createBookingHistory(database);
  const inventory = createInventory(database);
  const copies = createFlightCopies(database);
  const followUps = createFlightFollowUps(database);
  const payments = createPayments(database);
  const keys = createIdempotencyKeys(database);
  const userHolds = createUserHolds(database);
  const lookupAttempts = createLookupAttempts(database);
  const deletedUsers = createDeletedUsers(database);

  const desk = createSalesDesk({ database, keys, userHolds, inventory, bookings });
  context.owned.defer(desk.stop);
  showSalesMetrics(context.metrics, { desk, payments });
  const capacity = createCapacityDesk({ database, capacities: createCapacities(database), copies });
  const provider = await createPaymentProvider(config.payments, database);

  const parts = {
    desk,
    bookings,
    history,
    payments,
    inventory,
    copies,
    catalogue: createFlightCatalogue(base.clientOf('flight-search-service')),
    answers: writtenAnswers,
    clock,
    log,
    provider,
    paymentTimeoutMs: config.payments.timeoutMs,
    currency: config.currency,
    holdMs: config.holds.lengthMs,
    maximumHeldSeats: config.holds.maximumSeatsPerUser,
    seatsUnderWay: createSeatsUnderWay(config.holds.maximumSeatsPerUser),
  };
  return base.serve({
    routes: [
      // Before the routes of one booking, which take every other word for an id.
      ...lookupRoutes({ database, bookings, attempts: lookupAttempts, internalSecret: config.profile.internalSecret }),
      ...bookingRoutes(parts),
      ...afterSaleRoutes(parts),
      ...reportRoutes({ report: createSalesReport(database), currency: config.currency }),
      ...openRoutes(parts),
      ...internalRoutes({ bookings, history, capacity }),
    ],
    handlers: { ...flightHandlers({ copies, capacity, followUps }, clock), ...userHandlers({ deletedUsers }, clock) },
    jobs: [
      flightChangesJob({ ...parts, database, followUps }),
      ...housekeepingJobs({
        desk,
        bookings,
        keys,
        lookupAttempts,
        deletedUsers,
        clock,
        idempotencyDays: config.idempotencyDays,
      }),
      ...(provider ? paymentJobs({ ...parts, provider }) : []),
      ...sandboxWebhooksJob(config.payments, database, log),
    ],
    translateError: createErrorTranslator(database.dialect),
  });
};
