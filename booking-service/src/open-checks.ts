import { type DatabaseSettings, openDatabase } from '@jetbridge/service-kit/database/open-database.ts';
import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import { createBookingVersions } from './db/booking-versions.ts';
import { createBookings } from './db/bookings.ts';
import { createCapacities } from './db/capacities.ts';
import { createFlightCopies } from './db/flights.ts';
import { createInventoryCheck } from './db/inventory-check.ts';
import { createPaymentCheck } from './db/payment-check.ts';
import { createPayments } from './db/payments.ts';
import { createSandboxLedger } from './db/sandbox-ledger.ts';
import { announceAgain } from './use-cases/announce-again.ts';
import { compareWithSandbox } from './use-cases/compare-with-sandbox.ts';
import { reconcileInventory } from './use-cases/reconcile-inventory.ts';
import { reconcilePayments } from './use-cases/reconcile-payments.ts';

/** What looks after this service's data while the service may run or not; its schema must be there already. */
export async function openBookingChecks(settings: DatabaseSettings, log: Logger) {
  const database = await openDatabase(settings, log);
  const bookings = createBookings(database);
  const check = createInventoryCheck(database);
  const parts = { database, capacities: createCapacities(database), copies: createFlightCopies(database), check };
  const money = {
    database,
    bookings,
    payments: createPayments(database),
    check: createPaymentCheck(database),
    ledger: createSandboxLedger(database),
  };
  return {
    reconcileInventory: (options: { fix: boolean }) => reconcileInventory(parts, options),
    reconcilePayments: (options: { fix: boolean; isPaidHere: boolean }) => reconcilePayments(money, options),
    compareWithSandbox: () => compareWithSandbox(money),
    versions: createBookingVersions(database),
    announceAgain: (ids: readonly string[]) => announceAgain(database, bookings, ids),
    close: database.close,
  };
}
