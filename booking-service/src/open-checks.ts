import { type DatabaseSettings, openDatabase } from '@jetbridge/service-kit/database/open-database.ts';
import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import { createBookingVersions } from './bookings/db/booking-versions.ts';
import { createBookings } from './bookings/db/bookings.ts';
import { announceAgain } from './bookings/use-cases/announce-again.ts';
import { createFlightCopies } from './flights/db/flights.ts';
import { createPaymentCheck } from './payments/db/payment-check.ts';
import { createPayments } from './payments/db/payments.ts';
import { createSandboxLedger } from './payments/db/sandbox-ledger.ts';
import { compareWithSandbox } from './payments/use-cases/compare-with-sandbox.ts';
import { reconcilePayments } from './payments/use-cases/reconcile-payments.ts';
import { createCapacities } from './sales/db/capacities.ts';
import { createInventoryCheck } from './sales/db/inventory-check.ts';
import { createSeatCheck } from './sales/db/seat-check.ts';
import { reconcileInventory } from './sales/use-cases/reconcile-inventory.ts';
import { reconcileSeats } from './sales/use-cases/reconcile-seats.ts';

/** What looks after this service's data while the service may run or not; its schema must be there already. */
export async function openBookingChecks(settings: DatabaseSettings, log: Logger) {
  const database = await openDatabase(settings, log);
  const bookings = createBookings(database);
  const check = createInventoryCheck(database);
  const parts = {
    database,
    capacities: createCapacities(database),
    copies: createFlightCopies(database),
    check,
    seats: createSeatCheck(database),
  };
  const money = {
    database,
    bookings,
    payments: createPayments(database),
    check: createPaymentCheck(database),
    ledger: createSandboxLedger(database),
  };
  return {
    reconcileInventory: (options: { fix: boolean }) => reconcileInventory(parts, options),
    reconcileSeats: (options: { fix: boolean }) => reconcileSeats(parts, options),
    reconcilePayments: (options: { fix: boolean; isPaidHere: boolean }) => reconcilePayments(money, options),
    compareWithSandbox: () => compareWithSandbox(money),
    versions: createBookingVersions(database),
    announceAgain: (ids: readonly string[]) => announceAgain(database, bookings, ids),
    close: database.close,
  };
}
