import { itineraryIdPurpose } from '@jetbridge/contracts/flights/itineraries.ts';
import { createTextSigner } from '@jetbridge/service-kit/auth/signed-text.ts';
import type { CreateService } from '@jetbridge/service-kit/lifecycle/service.ts';
import { openServiceBase } from '@jetbridge/service-kit/lifecycle/service-base.ts';
import { createBookingHistory } from './bookings/db/booking-history.ts';
import { createBookings } from './bookings/db/bookings.ts';
import { createDeletedUsers } from './bookings/db/deleted-users.ts';
import { createLookupAttempts } from './bookings/db/lookup-attempts.ts';
import type { Config } from './config.ts';
import { createTicketPrinter } from './documents/printing/ticket-printer.ts';
import { createFlightCatalogue } from './flights/clients/flight-catalogue.ts';
import { createFlightFollowUps } from './flights/db/flight-follow-ups.ts';
import { createFlightImpact } from './flights/db/flight-impact.ts';
import { createFlightCopies } from './flights/db/flights.ts';
import { afterSaleRoutes } from './http/after-sale-routes.ts';
import { bookingRoutes } from './http/booking-routes.ts';
import { documentRoutes } from './http/document-routes.ts';
import { createErrorTranslator } from './http/error-statuses.ts';
import { internalRoutes } from './http/internal-routes.ts';
import { lookupRoutes } from './http/lookup-routes.ts';
import { openRoutes } from './http/open-routes.ts';
import { reportRoutes } from './http/report-routes.ts';
import { waitlistRoutes } from './http/waitlist-routes.ts';
import { writtenAnswers } from './http/written-answers.ts';
import { flightChangesJob } from './jobs/flight-changes-job.ts';
import { housekeepingJobs } from './jobs/housekeeping-jobs.ts';
import { paymentJobs } from './jobs/payment-jobs.ts';
import { sandboxWebhooksJob } from './jobs/sandbox-webhooks-job.ts';
import { waitlistJobs } from './jobs/waitlist-jobs.ts';
import { flightHandlers } from './messaging/flight-handlers.ts';
import { userHandlers } from './messaging/user-handlers.ts';
import { createPayments } from './payments/db/payments.ts';
import { createPaymentProvider } from './payments/providers/create-provider.ts';
import { createSalesReport } from './reports/db/sales-report.ts';
import { createCapacities } from './sales/db/capacities.ts';
import { createIdempotencyKeys } from './sales/db/idempotency-keys.ts';
import { createInventory } from './sales/db/inventory.ts';
import { createUserHolds } from './sales/db/user-holds.ts';
import { createCapacityDesk } from './sales/desk/capacity-desk.ts';
import { createSalesDesk } from './sales/desk/sales-desk.ts';
import { createSeatsUnderWay } from './sales/desk/seats-under-way.ts';
import { showSalesMetrics } from './sales-metrics.ts';
import { createAccounts } from './waitlist/clients/accounts.ts';
import { createWaitlist } from './waitlist/db/waitlist.ts';

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

  const waitlist = createWaitlist(database);
  const offers = {
    offerMs: config.waitlist.offerMs,
    maximumHeldSeats: config.holds.maximumSeatsPerUser,
    currency: config.currency,
    isFree: config.payments.provider === 'none',
  };

  const desk = createSalesDesk({
    database,
    keys,
    userHolds,
    inventory,
    bookings,
    followUps,
    copies,
    waitlist,
    clock,
    offers,
  });
  context.owned.defer(desk.stop);
  showSalesMetrics(context.metrics, { desk, payments });
  const printer = createTicketPrinter();
  context.owned.defer(printer.stop);
  context.metrics.gauge({
    name: 'jetbridge_tickets_waiting',
    help: 'Tickets that wait to be printed by a process',
    read: async () => printer.waiting(),
  });
  const capacity = createCapacityDesk({
    database,
    capacities: createCapacities(database),
    copies,
    followUps,
    inventory,
    userHolds,
    waitlist,
    clock,
    offers,
  });
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
    waitlist,
    accounts: createAccounts(base.clientOf('auth-service')),
    seatsUnderWay: createSeatsUnderWay(config.holds.maximumSeatsPerUser),
    itineraries: createTextSigner({ secret: config.profile.internalSecret, purpose: itineraryIdPurpose }),
  };
  return base.serve({
    routes: [
      // Before the routes of one booking, which take every other word for an id.
      ...lookupRoutes({ database, bookings, attempts: lookupAttempts, internalSecret: config.profile.internalSecret }),
      ...bookingRoutes(parts),
      ...documentRoutes({ bookings, printer }),
      ...afterSaleRoutes(parts),
      ...waitlistRoutes(parts),
      ...reportRoutes({ report: createSalesReport(database), currency: config.currency }),
      ...openRoutes(parts),
      ...internalRoutes({ bookings, history, waitlist, capacity, impactOf: createFlightImpact(database), printer }),
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
        waitlist,
        clock,
        idempotencyDays: config.idempotencyDays,
      }),
      ...waitlistJobs(parts),
      ...(provider ? paymentJobs({ ...parts, provider }) : []),
      ...sandboxWebhooksJob(config.payments, database, log),
    ],
    translateError: createErrorTranslator(database.dialect),
  });
};
