import { type BookingRecord, countsAsHeld, partySeatsOf } from '../../bookings/domain/booking.ts';
import { bookingCreated } from '../../messaging/booking-events.ts';
import type { PaymentRecord } from '../../payments/domain/payment.ts';
import type { Answers, Concluded } from '../desk/answers.ts';
import type { DeskRequest } from '../desk/desk-request.ts';
import { answerOf, keyWaitingFor } from '../desk/waiting-request.ts';

/**
 * Tells the client of a booking whose payment takes its time: from now on it is a pending booking like any other, and
 * its seats count as held. When the payment came to an end at this very moment, that is the answer.
 */
export function acknowledging(order: {
  readonly seen: BookingRecord;
  readonly payment: PaymentRecord;
  readonly nowMs: number;
  readonly answers: Answers;
  readonly requestId: string;
}): DeskRequest<Concluded> {
  const { seen, nowMs, answers, requestId } = order;
  const { userId } = order.payment;
  const waiting = keyWaitingFor(order.payment);
  return {
    needs: {
      flights: [],
      bookings: [seen],
      ...(seen.announced ? {} : { holder: { userId, changes: true } }),
      ...(waiting ? { answers: [waiting] } : {}),
    },
    decide: (state) => {
      const booking = state.booking(seen.id);
      const payment = booking?.payments.find(({ id }) => id === order.payment.id);
      if (!booking || !payment) {
        return { booking: null, payment: { ...order.payment, status: 'failed' }, answer: answerOf(state, waiting) };
      }
      if (payment.status !== 'processing') return { booking, payment, answer: answerOf(state, waiting) };
      const isFirst = !booking.announced;
      const told = isFirst
        ? { ...booking, announced: true, version: booking.version + 1, updatedAtMs: nowMs }
        : booking;
      if (isFirst) {
        state.put(told);
        // The airline may have cancelled it meanwhile.
        if (countsAsHeld(told)) state.countHeld(userId, partySeatsOf(told));
        state.tell(bookingCreated(told, requestId));
      }
      if (waiting) state.answer(waiting, () => answerTo(answers, { isFirst, told, payment }));
      return { booking: told, payment, answer: answerOf(state, waiting) };
    },
  };
}

function answerTo(
  answers: Answers,
  { isFirst, told, payment }: { isFirst: boolean; told: BookingRecord; payment: PaymentRecord },
) {
  if (payment.purpose === 'change') return answers.changed(told);
  return isFirst ? answers.placed(told) : answers.paid(payment);
}
