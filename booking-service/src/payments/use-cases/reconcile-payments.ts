import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import type { Transaction } from 'sequelize';
import type { Bookings } from '../../bookings/db/bookings.ts';
import type { BookingRecord } from '../../bookings/domain/booking.ts';
import type { PaymentCheck } from '../db/payment-check.ts';
import { type Cancellation, type PaymentDifference, paymentDifferences } from '../domain/payment-differences.ts';

/** A difference, and what became of it. */
export type PaymentFinding = {
  /** Of a booking, a payment, a refund or a charge. */
  readonly id: string;
  readonly difference: string;
  readonly outcome: 'found' | 'repaired' | 'not repaired';
};

export type PaymentReconciliation = { readonly bookings: number; readonly findings: readonly PaymentFinding[] };

type Parts = { readonly database: Database; readonly bookings: Bookings; readonly check: PaymentCheck };

type Options = {
  readonly fix: boolean;
  /** Whether bookings have to be paid here. */
  readonly isPaidHere: boolean;
};

/** Bookings looked at together. */
const bookingsPerPage = 200;

/**
 * Compares bookings with their payments and refunds. May run beside the service: what looks wrong is looked at again
 * under the lock that every change of a booking takes.
 * @param options.fix lets what is stuck be asked for again, under its own id, which moves no money twice. All else is
 * left to people: no booking is paid and no money is given back by this.
 */
export async function reconcilePayments(parts: Parts, options: Options): Promise<PaymentReconciliation> {
  const findings: PaymentFinding[] = [];
  let bookings = 0;
  for (let page = await parts.check.bookingsAfter('', bookingsPerPage); page.length > 0; ) {
    bookings += page.length;
    for (const id of await suspectsOf(parts, options, page)) findings.push(...(await lookAgain(parts, options, id)));
    page = await parts.check.bookingsAfter(page.at(-1) ?? '', bookingsPerPage);
  }
  findings.push(...(await strayPayments(parts, options)));
  return { bookings, findings };
}

async function suspectsOf(parts: Parts, options: Options, ids: readonly string[]): Promise<string[]> {
  const records = await parts.bookings.findMany(ids);
  const cancellations = await parts.check.cancellations(ids);
  return records
    .filter((record) => differencesOf(record, options, cancellations).length > 0)
    .map(({ id }) => id)
    .toSorted();
}

function lookAgain(parts: Parts, options: Options, bookingId: string): Promise<PaymentFinding[]> {
  const { database, bookings, check } = parts;
  return database.write(async (tx) => {
    const [record] = await bookings.lockMany([bookingId], tx);
    if (!record) return [];
    const findings: PaymentFinding[] = [];
    for (const one of differencesOf(record, options, await check.cancellations([bookingId], tx))) {
      const outcome = options.fix ? await repair(parts, one, tx) : 'found';
      findings.push({ id: one.id, difference: one.difference, outcome });
    }
    return findings;
  });
}

async function repair({ check }: Parts, { id, stuck }: PaymentDifference, tx: Transaction) {
  if (stuck === undefined) return 'not repaired';
  await check.makeDue(stuck, id, tx);
  return 'repaired';
}

function differencesOf(
  record: BookingRecord,
  { isPaidHere }: Options,
  cancellations: ReadonlyMap<string, Cancellation>,
): PaymentDifference[] {
  return paymentDifferences(record, { isPaidHere, nowMs: Date.now(), cancellation: cancellations.get(record.id) });
}

/** A booking that goes takes no living payment with it: its payment has failed in the same transaction. */
async function strayPayments({ check }: Parts, { fix }: Options): Promise<PaymentFinding[]> {
  const findings: PaymentFinding[] = [];
  const next = (after: string) => check.strayPaymentsAfter(after, bookingsPerPage);
  for (let page = await next(''); page.length > 0; page = await next(page.at(-1) ?? '')) {
    const outcome = fix ? 'not repaired' : 'found';
    findings.push(...page.map((id) => ({ id, difference: 'is a payment without a booking', outcome }) as const));
  }
  return findings;
}
