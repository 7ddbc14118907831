import { problemDocument } from '@jetbridge/service-kit/http/problems.ts';
import type { BookingRecord } from '../bookings/domain/booking.ts';
import { presentBooking, presentPayment } from '../bookings/presenters/present-booking.ts';
import type { BookingError } from '../domain/errors.ts';
import type { PaymentRecord } from '../payments/domain/payment.ts';
import { refusalOfSettled } from '../payments/domain/settlement.ts';
import type { Answers } from '../sales/desk/answers.ts';
import type { EntryStanding } from '../waitlist/domain/waitlist-entry.ts';
import { presentWaitlistEntry } from '../waitlist/presenters/present-waitlist-entry.ts';
import { toProblem } from './error-statuses.ts';

const booking = (status: number) => (record: BookingRecord) => ({
  status,
  version: record.version,
  body: JSON.stringify(presentBooking(record)),
});

const paid = (payment: PaymentRecord) => ({
  status: 201,
  version: null,
  body: JSON.stringify(presentPayment(payment)),
});

const joined = (standing: EntryStanding) => ({
  status: 201,
  version: standing.entry.version,
  body: JSON.stringify(presentWaitlistEntry(standing)),
});

function refused(error: BookingError, requestId: string) {
  const problem = toProblem(error);
  return { status: problem.status, version: null, body: JSON.stringify(problemDocument(problem, requestId)) };
}

/** The answers of requests that may be repeated, as they go out. */
export const writtenAnswers: Answers = {
  placed: booking(201),
  paid,
  cancelled: booking(200),
  changed: booking(200),
  joined,
  refused,
  ofSettled: (settled, { wasAnnounced }, requestId) => {
    const error = refusalOfSettled(settled);
    if (error) return refused(error, requestId);
    if (settled.booking && settled.payment.purpose === 'change') return booking(200)(settled.booking);
    return settled.booking && !wasAnnounced ? booking(201)(settled.booking) : paid(settled.payment);
  },
};
