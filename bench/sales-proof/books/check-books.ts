import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import type { Findings } from '../findings.ts';
import type { ProofFlight } from '../proof-flights.ts';
import type { ToldBookings } from '../told-bookings.ts';
import { readAllBooked } from './booked.ts';
import { type Books, readBooks } from './books.ts';
import { checkTables } from './check-tables.ts';
import { readEventTraces } from './event-traces.ts';
import { judgeBooking } from './judge-booking.ts';

/** What the books say of a run, beside what is wrong with them. */
export type BooksSummary = {
  readonly bookings: number;
  /** Events in the outbox that tell of bookings and payments. */
  readonly events: number;
  /** Charges that the bank was asked for more than once. */
  readonly chargesAskedAgain: number;
  readonly refunds: number;
  readonly cancelledByAirline: number;
  /** Payments of changes that succeeded. */
  readonly changesPaid: number;
};

/** Looks into the books once everything has come to rest: what clients were told, money, seats, events. */
export async function checkBooks(
  database: Database,
  about: { told: ToldBookings; flights: ReadonlyMap<string, ProofFlight>; payments: boolean },
  findings: Findings,
): Promise<BooksSummary> {
  const books = readBooks(database);
  await checkTables(books, about, findings);
  const traces = await readEventTraces(books);
  const acknowledged = about.told.size();
  let bookings = 0;
  for await (const booked of readAllBooked(books)) {
    bookings += 1;
    const told = about.told.take(booked.id);
    for (const [invariant, what] of judgeBooking(booked, { ...about, told, traces }))
      findings.violated(invariant, what);
  }
  for (const id of about.told.left()) findings.violated('acknowledged', `booking ${id} was acknowledged and is lost`);
  findings.checked('acknowledged', acknowledged);
  findings.checked('events', traces.events);
  if (about.payments) {
    findings.checked('onePayment', bookings);
    findings.checked('money', bookings);
  }
  return { bookings, events: traces.events, ...(await countMoney(books)) };
}

async function countMoney(books: Books) {
  return {
    chargesAskedAgain: await books.number('SELECT COUNT(*) FROM sandbox_charges WHERE asked > 1'),
    refunds: await books.number('SELECT COUNT(*) FROM sandbox_refunds'),
    cancelledByAirline: await books.number(
      "SELECT COUNT(*) FROM booking_history WHERE action = 'cancelled' AND actor_type = 'airline'",
    ),
    changesPaid: await books.number(
      "SELECT COUNT(*) FROM payments WHERE purpose = 'change' AND status IN ('succeeded', 'refunded')",
    ),
  };
}
