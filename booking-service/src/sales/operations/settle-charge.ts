import { newId } from '@jetbridge/service-kit/ids.ts';
import { type BookingRecord, countsAsHeld, partySeatsOf } from '../../bookings/domain/booking.ts';
import { bookingConfirmed, bookingCreated, bookingExpired, paymentEvent } from '../../messaging/booking-events.ts';
import type { PaymentRecord, RefundRecord } from '../../payments/domain/payment.ts';
import type { Settled } from '../../payments/domain/settlement.ts';
import type { ChargeOutcome } from '../../payments/providers/provider.ts';
import type { Answers, Concluded } from '../desk/answers.ts';
import type { DeskRequest } from '../desk/desk-request.ts';
import type { DeskState } from '../desk/desk-state.ts';
import { releaseSeats, seatEverybody } from '../desk/seating.ts';
import { answerOf, keyWaitingFor } from '../desk/waiting-request.ts';

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
      flights: seen.segments.map(({ flightId }) => flightId),
      frees: settlement.status === 'failed' || settlement.status === 'given_up',
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
      if (isOpen) return decline(one, settlement.code);
      return payment.attemptDeadlineMs === null ? { booking, payment } : stopAsking(one);
    case 'given_up':
      return isOpen ? giveUp(one) : { booking, payment };
    case 'succeeded':
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

/** The longest wait is over: the seats go back on sale. Whether money moved is asked on, and it is given back if so. */
function giveUp({ state, booking, payment, nowMs, requestId }: Case): Settled {
  const failed: PaymentRecord = {
    ...after(payment, { status: 'failed', failureCode: 'timed_out' }, nowMs),
    token: payment.token,
    attemptDeadlineMs: payment.attemptDeadlineMs,
  };
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

/** Money came for a booking that is gone: all of it goes back. */
function giveBack({ state, booking, payment, nowMs, requestId }: Case, reference: string): Settled {
  const taken = after(payment, { status: 'succeeded', providerReference: reference, failureCode: null }, nowMs);
  const refund: RefundRecord = {
    id: newId('ref'),
    paymentId: payment.id,
    bookingId: booking.id,
    amountMinor: payment.amountMinor,
    currency: payment.currency,
    status: 'processing',
    rule: booking.status === 'cancelled' ? 'booking_cancelled' : 'hold_expired',
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
