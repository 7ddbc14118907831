import type { WrittenAnswer } from '@jetbridge/service-kit/http/app.ts';
import type { BookingRecord } from '../../bookings/domain/booking.ts';
import type { BookingError } from '../../domain/errors.ts';
import type { PaymentRecord } from '../../payments/domain/payment.ts';
import type { Settled } from '../../payments/domain/settlement.ts';
import type { EntryStanding } from '../../waitlist/domain/waitlist-entry.ts';

/** What came of a payment, and what the request that waited for it was or is to be answered, if it has a key. */
export type Concluded = Settled & { readonly answer: WrittenAnswer | null };

/** How outcomes are answered, so that an answer can be kept in the transaction that makes it true. */
export type Answers = {
  readonly placed: (booking: BookingRecord) => WrittenAnswer;
  readonly paid: (payment: PaymentRecord) => WrittenAnswer;
  readonly cancelled: (booking: BookingRecord) => WrittenAnswer;
  readonly changed: (booking: BookingRecord) => WrittenAnswer;
  readonly joined: (standing: EntryStanding) => WrittenAnswer;
  readonly refused: (error: BookingError, requestId: string) => WrittenAnswer;
  /**
   * To the request that waited for a payment: the one that changed the booking, or placed it, if nobody had been told of
   * it yet, or else paid for it.
   */
  readonly ofSettled: (settled: Settled, asked: { readonly wasAnnounced: boolean }, requestId: string) => WrittenAnswer;
};
