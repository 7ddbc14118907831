import { newId } from '@jetbridge/service-kit/ids.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import { wait } from '@jetbridge/service-kit/time/wait.ts';
import type { Bookings } from '../../bookings/db/bookings.ts';
import type { BookingRecord } from '../../bookings/domain/booking.ts';
import { BookingError } from '../../domain/errors.ts';
import type { Answers, Concluded } from '../../sales/desk/answers.ts';
import type { SalesDesk } from '../../sales/desk/sales-desk.ts';
import { acknowledging } from '../../sales/operations/acknowledge.ts';
import { type Settlement, settlingCharge } from '../../sales/operations/settle-charge.ts';
import { askAnew } from '../../sales/use-cases/ask-anew.ts';
import { decided } from '../../sales/use-cases/keyed-request.ts';
import type { Payments } from '../db/payments.ts';
import type { PaymentRecord } from '../domain/payment.ts';
import { refundsFor } from '../domain/refunds-for.ts';
import type { ChargeOutcome, PaymentProvider } from '../providers/provider.ts';

export type ChargeParts = {
  readonly desk: SalesDesk;
  readonly bookings: Bookings;
  readonly payments: Payments;
  readonly answers: Answers;
  readonly clock: Clock;
  readonly provider: PaymentProvider;
  /** How long a client waits for a payment, and we for one answer of the provider. */
  readonly paymentTimeoutMs: number;
};

/** How much longer than one attempt a payment is left alone before somebody else takes it up. */
const leaveAloneFactor = 4;

/** Providers remember a key for a day at least; later, the same order might move money once more. */
export const longestAskMs = 23 * 3_600_000;

/** How often somebody who waits looks whether news of the payment have come. */
const lookEveryMs = 200;

/** When, by real time, a payment that is attempted now may be taken up by others. */
export const attemptDeadlineMs = (paymentTimeoutMs: number): number => Date.now() + attemptLeaseMs(paymentTimeoutMs);

/** For how long a payment belongs to whoever attempts it: the time of the attempt and three times that. */
export const attemptLeaseMs = (paymentTimeoutMs: number): number => paymentTimeoutMs * leaveAloneFactor;

/**
 * Sends a charge that was noted down, and makes its outcome true. Outside of any transaction: the provider may take its
 * time. Where the outcome is not known in time, the client is told so, and others bring the payment to its end.
 * @throws BookingError `sale_failed` when its outcome could not be written, with an effect that is not known.
 */
export async function chargePayment(parts: ChargeParts, noted: Noted, requestId: string): Promise<Concluded> {
  try {
    return await chargeAndSettle(parts, noted, requestId);
  } catch (cause) {
    // Whatever failed, the payment stands in the database, and somebody will bring it to its end.
    const facts = { effect: 'unknown' };
    throw new BookingError('sale_failed', 'What became of the payment is not known yet.', { cause, facts });
  }
}

type Noted = { readonly booking: BookingRecord; readonly payment: PaymentRecord };

async function chargeAndSettle(parts: ChargeParts, noted: Noted, requestId: string): Promise<Concluded> {
  const startedAt = performance.now();
  const { booking, payment } = noted;
  const outcome = await attemptCharge(parts, payment);
  if (outcome && outcome.status !== 'processing') {
    return settlePayment(parts, { payment, seen: booking, settlement: outcome, requestId });
  }
  if (outcome) {
    await settlePayment(parts, { payment, seen: booking, settlement: outcome, requestId });
    await newsOf(parts, payment.id, parts.paymentTimeoutMs - (performance.now() - startedAt));
  }
  const { desk, answers, clock } = parts;
  const concluded = await askAnew(async () => {
    const seen = (await parts.bookings.find(booking.id)) ?? booking;
    const request = acknowledging({ seen, payment, nowMs: clock.nowMs(), answers, requestId });
    return decided(await desk.ask({ ...request, by: { who: 'system', requestId } }));
  });
  return withFailure(parts, concluded);
}

/** What the provider says of a charge; nothing where the outcome is not known. */
export async function attemptCharge(parts: ChargeParts, payment: PaymentRecord): Promise<ChargeOutcome | undefined> {
  const { id, bookingId, method, token, amountMinor, currency } = payment;
  try {
    const order = { id, bookingId, method, token: token ?? '', amountMinor, currency };
    return await parts.provider.charge(order, AbortSignal.timeout(parts.paymentTimeoutMs));
  } catch {
    // A timeout says nothing about whether money moved. Whoever finds the payment after its deadline asks again.
    return undefined;
  }
}

/** Makes the outcome of a charge true, by whatever way it became known. */
export async function settlePayment(
  parts: ChargeParts,
  news: {
    readonly payment: PaymentRecord;
    /** The booking, where it was just read or written. */
    readonly seen?: BookingRecord;
    readonly settlement: Settlement;
    readonly requestId: string;
  },
): Promise<Concluded> {
  const { payment, settlement, requestId } = news;
  const { desk, answers, clock } = parts;
  let seen = news.seen;
  return askAnew(async () => {
    const booking = seen ?? (await parts.bookings.find(payment.bookingId));
    seen = undefined;
    if (!booking) return withoutBooking(parts, { booking: null, payment, answer: null }, settlement);
    const order = { seen: booking, payment, settlement, nowMs: clock.nowMs(), answers, requestId };
    const concluded = decided(await desk.ask({ ...settlingCharge(order), by: { who: 'system', requestId } }));
    return concluded.booking ? concluded : withoutBooking(parts, concluded, settlement);
  });
}

/** Of a payment that failed nothing but itself remains. Should money come for it after all, that goes back. */
async function withoutBooking(parts: ChargeParts, concluded: Concluded, settlement: Settlement): Promise<Concluded> {
  const { payments, clock } = parts;
  if (settlement.status === 'succeeded') {
    const { reference } = settlement;
    const nowMs = clock.nowMs();
    const taken = [{ ...concluded.payment, status: 'succeeded' as const }];
    const order = {
      amountMinor: concluded.payment.amountMinor,
      rule: 'hold_expired',
      nowMs,
      newId: () => newId('ref'),
    };
    const [refund] = refundsFor({ payments: taken, refunds: [] }, order);
    if (refund) await payments.noteStray(concluded.payment, { reference, refund, nowMs });
  }
  return withFailure(parts, concluded);
}

/** Of a payment whose booking is gone, why it failed: the desk has just noted it, or somebody else did before. */
async function withFailure({ payments }: ChargeParts, concluded: Concluded): Promise<Concluded> {
  const { booking, payment } = concluded;
  if (booking || payment.failureCode !== null) return concluded;
  return { ...concluded, payment: (await payments.find(payment.id)) ?? payment };
}

/** Ends when the payment is under way no more, or after that time. */
async function newsOf({ payments }: ChargeParts, paymentId: string, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (performance.now() + lookEveryMs < deadline) {
    await wait(lookEveryMs);
    if ((await payments.find(paymentId))?.status !== 'processing') return;
  }
}
