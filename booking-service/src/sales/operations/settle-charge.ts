import { newId } from '@jetbridge/service-kit/ids.ts';
import { type BookingRecord, countsAsHeld, partySeatsOf } from '../../bookings/domain/booking.ts';
import {
  bookingChanged,
  bookingConfirmed,
  bookingCreated,
  bookingExpired,
  paymentEvent,
} from '../../messaging/booking-events.ts';
import type { PaymentRecord, RefundRecord } from '../../payments/domain/payment.ts';
import type { Settled } from '../../payments/domain/settlement.ts';
import type { ChargeOutcome } from '../../payments/providers/provider.ts';
import type { Answers, Concluded } from '../desk/answers.ts';
import type { DeskRequest } from '../desk/desk-request.ts';
import type { DeskState } from '../desk/desk-state.ts';
import { dropChange } from '../desk/open-change.ts';
import { releaseSeats, seatEverybody } from '../desk/seating.ts';
import { answerOf, keyWaitingFor } from '../desk/waiting-request.ts';
import { canBeCompleted, completeChange, isWaitedForBy } from './settle-change.ts';

/** What became of a charge, or that we have waited for it long enough. */
export type Settlement = ChargeOutcome | { readonly status: 'given_up' };

/**
 * Makes the outcome of a charge true, once, whoever brings it and however often: the booking is confirmed, or it is freed,
 * or money that came too late is given back. The answer of the request that waits for it is kept under its key.
 */
export function settlingCharge(order: {
  readonly seen: BookingRecord;
  readonly payment: PaymentRecord;
  readonly settlement: Settlement;
  readonly nowMs: number;
  readonly answers: Answers;
  readonly requestId: string;
}): DeskRequest<Concluded> {
  const { seen, settlement, nowMs, answers } = order;
  const { userId } = order.payment;
  const waiting = keyWaitingFor(order.payment);
  return {
    needs: {
      flights: [...seen.segments, ...(seen.openChange?.added ?? [])].map(({ flightId }) => flightId),
      // A change that is made frees the seats it leaves, and one that is not those it held.
      frees: settlement.status === 'failed' || settlement.status === 'given_up' || order.payment.purpose === 'change',
      bookings: [seen],
      ...(countsAsHeld(seen) ? { holder: { userId, changes: true } } : {}),
      ...(waiting ? { answers: [waiting] } : {}),
    },
    decide: (state) => {
      const booking = state.booking(seen.id);
      const payment = booking?.payments.find(({ id }) => id === order.payment.id);
      // Gone: it was declined, and somebody else brought the news.
      if (!booking || !payment) {
        return { booking: null, payment: { ...order.payment, status: 'failed' }, answer: answerOf(state, waiting) };
      }
      const requestId = (waiting && state.key(waiting)?.requestId) ?? order.requestId;
      const settled = settle({ state, booking, payment, nowMs, requestId }, settlement);
      if (waiting && settled.payment.status !== 'processing') {
        state.answer(waiting, (claimed) =>
          answers.ofSettled(settled, { wasAnnounced: booking.announced }, claimed.requestId),
        );
      }
      return { ...settled, answer: answerOf(state, waiting) };
    },
  };
}

type Case = {
  readonly state: DeskState;
  readonly booking: BookingRecord;
  readonly payment: PaymentRecord;
  readonly nowMs: number;
  readonly requestId: string;
};

function settle(one: Case, settlement: Settlement): Settled {
  const { booking, payment } = one;
  const isOpen = payment.status === 'processing';
  switch (settlement.status) {
    case 'processing':
      return noteReference(one, settlement.reference);
    case 'failed':
      if (isOpen)
        return payment.purpose === 'change' ? declineChange(one, settlement.code) : decline(one, settlement.code);
      return payment.attemptDeadlineMs === null ? { booking, payment } : stopAsking(one);
    case 'given_up':
      if (!isOpen) return { booking, payment };
      return payment.purpose === 'change' ? abandonChange(one) : giveUp(one);
    case 'succeeded':
      if (isOpen && payment.purpose === 'change') return settleChange(one, settlement.reference);
      if (isOpen && booking.status === 'pending') return confirm(one, settlement.reference);
      if (isOpen || payment.status === 'failed') return giveBack(one, settlement.reference);
      return { booking, payment };
  }
}

/** The seats that were held are sold, and everybody has one. */
function confirm({ state, booking, payment, nowMs, requestId }: Case, reference: string): Settled {
  for (const { flightId, cabin, seats } of booking.segments) state.move(flightId, cabin, { held: -seats, sold: seats });
  if (countsAsHeld(booking)) state.countHeld(booking.userId, -partySeatsOf(booking));
  const paid = after(payment, { status: 'succeeded', providerReference: reference, failureCode: null }, nowMs);
  const confirmed = withPayment(
    { ...seatEverybody(state, booking), status: 'confirmed', holdExpiresAtMs: null, announced: true },
    paid,
    nowMs,
  );
  state.put(confirmed);
  if (!booking.announced) state.tell(bookingCreated(confirmed, requestId));
  state.tell(bookingConfirmed(confirmed, requestId), paymentEvent('payment.succeeded', confirmed, paid, requestId));
  return { booking: confirmed, payment: paid };
}

/** A booking that nobody was told of goes, and its seats are free at once; one that was held before stays held. */
function decline({ state, booking, payment, nowMs, requestId }: Case, code: string): Settled {
  const failed = after(payment, { status: 'failed', failureCode: code }, nowMs);
  state.tell(paymentEvent('payment.failed', booking, failed, requestId));
  if (!booking.announced && booking.status === 'pending') {
    state.remove(withPayment(releaseSeats(state, booking), failed, nowMs));
    return { booking: null, payment: failed };
  }
  const changed = withPayment(booking, failed, nowMs);
  state.put(changed);
  return { booking: changed, payment: failed };
}

/** The booking becomes what was paid for; where that can't be any more it stays as it is, and the money goes back. */
function settleChange(one: Case, reference: string): Settled {
  const { state, booking, payment, nowMs, requestId } = one;
  if (!isWaitedForBy(booking, payment.id)) return giveBack(one, reference);
  if (!canBeCompleted(state, booking, nowMs))
    return giveBack({ ...one, booking: dropChange(state, booking) }, reference);
  const paid = after(payment, { status: 'succeeded', providerReference: reference, failureCode: null }, nowMs);
  const changed = withPayment(completeChange(state, booking), paid, nowMs);
  state.put(changed);
  state.tell(bookingChanged(changed, requestId), paymentEvent('payment.succeeded', changed, paid, requestId));
  return { booking: changed, payment: paid };
}

const declineChange = (one: Case, code: string): Settled =>
  dropUnpaid(one, after(one.payment, { status: 'failed', failureCode: code }, one.nowMs));

/** A change whose payment has no outcome for too long; whether money moved is asked on. */
const abandonChange = (one: Case): Settled => dropUnpaid(one, timedOut(one));

/** The booking stays as it was, and the seats that were held for its change are on sale again. */
function dropUnpaid({ state, booking, payment, nowMs, requestId }: Case, failed: PaymentRecord): Settled {
  state.tell(paymentEvent('payment.failed', booking, failed, requestId));
  const isWaiting = isWaitedForBy(booking, payment.id);
  const changed = withPayment(isWaiting ? dropChange(state, booking) : booking, failed, nowMs);
  state.put(changed);
  return { booking: changed, payment: failed };
}

/** The longest wait is over: the seats go back on sale. Whether money moved is asked on, and it is given back if so. */
function giveUp(one: Case): Settled {
  const { state, booking, nowMs, requestId } = one;
  const failed = timedOut(one);
  state.tell(paymentEvent('payment.failed', booking, failed, requestId));
  if (booking.status !== 'pending') {
    const changed = withPayment(booking, failed, nowMs);
    state.put(changed);
    return { booking: changed, payment: failed };
  }
  if (countsAsHeld(booking)) state.countHeld(booking.userId, -partySeatsOf(booking));
  const expired = withPayment(
    { ...releaseSeats(state, booking), status: 'expired', holdExpiresAtMs: null },
    failed,
    nowMs,
  );
  state.put(expired);
  if (booking.announced) state.tell(bookingExpired(expired, requestId));
  return { booking: expired, payment: failed };
}

/** A payment that has failed for us, and that the provider is asked about on. */
const timedOut = ({ payment, nowMs }: Case): PaymentRecord => ({
  ...after(payment, { status: 'failed', failureCode: 'timed_out' }, nowMs),
  token: payment.token,
  attemptDeadlineMs: payment.attemptDeadlineMs,
});

/** Money came for a booking, or a change, that is gone: all of it goes back. */
function giveBack({ state, booking, payment, nowMs, requestId }: Case, reference: string): Settled {
  const taken = after(payment, { status: 'succeeded', providerReference: reference, failureCode: null }, nowMs);
  const refund: RefundRecord = {
    id: newId('ref'),
    paymentId: payment.id,
    bookingId: booking.id,
    amountMinor: payment.amountMinor,
    currency: payment.currency,
    status: 'processing',
    rule: ruleOfGivingBack(booking, payment),
    failureCode: null,
    providerReference: null,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    attemptDeadlineMs: 0,
  };
  const changed = withPayment({ ...booking, refunds: [...booking.refunds, refund] }, taken, nowMs);
  state.put(changed);
  state.tell(paymentEvent('payment.succeeded', changed, taken, requestId));
  return { booking: changed, payment: taken };
}

function ruleOfGivingBack({ status }: BookingRecord, { purpose }: PaymentRecord): string {
  if (status === 'cancelled') return 'booking_cancelled';
  return purpose === 'change' ? 'change_not_made' : 'hold_expired';
}

/** Keeps the provider's name of a charge that is under way; nothing that anybody sees changes. */
function noteReference({ state, booking, payment }: Case, reference: string): Settled {
  if (payment.providerReference === reference) return { booking, payment };
  const noted = { ...payment, providerReference: reference };
  state.put({ ...booking, payments: replaced(booking.payments, noted) });
  return { booking, payment: noted };
}

function stopAsking({ state, booking, payment }: Case): Settled {
  const stopped = { ...payment, token: null, attemptDeadlineMs: null };
  state.put({ ...booking, payments: replaced(booking.payments, stopped) });
  return { booking, payment: stopped };
}

/** A payment at its end: nothing is left to ask, and the token is not needed any more. */
function after(payment: PaymentRecord, changes: Partial<PaymentRecord>, nowMs: number): PaymentRecord {
  return {
    ...payment,
    ...changes,
    token: null,
    attemptDeadlineMs: null,
    version: payment.version + 1,
    updatedAtMs: nowMs,
  };
}

function withPayment(booking: BookingRecord, payment: PaymentRecord, nowMs: number): BookingRecord {
  const payments = replaced(booking.payments, payment);
  return { ...booking, payments, version: booking.version + 1, updatedAtMs: nowMs };
}

const replaced = (payments: readonly PaymentRecord[], by: PaymentRecord): PaymentRecord[] =>
  payments.map((payment) => (payment.id === by.id ? by : payment));
