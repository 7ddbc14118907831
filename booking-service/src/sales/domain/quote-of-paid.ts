import type { BookingRecord } from '../../bookings/domain/booking.ts';
import { refundedMinor } from '../../payments/domain/payment.ts';
import type { RefundQuote } from './refund-quote.ts';

/** What was paid for a booking and is neither given back nor about to be, in minor units of its currency. */
export function keptMinor({ payments, refunds }: Pick<BookingRecord, 'payments' | 'refunds'>): number {
  return payments
    .filter(({ status }) => status === 'succeeded' || status === 'refunded')
    .reduce((sum, payment) => sum + payment.amountMinor - refundedMinor(payment, refunds), 0);
}

/**
 * A quote by the prices of the flights, cut down to the money there is: nobody is given back what they did not pay.
 * Each line keeps its refund as long as there is money left; what remains is shown as paid, in the order of the flights.
 */
export function quoteOfPaid(quote: RefundQuote, paidMinor: number): RefundQuote {
  let refundLeft = Math.min(quote.refundMinor, paidMinor);
  let feeLeft = paidMinor - refundLeft;
  const lines = quote.lines.map((line) => {
    const refundMinor = Math.min(line.refundMinor, refundLeft);
    const keptOfLine = Math.min(line.paidMinor - refundMinor, feeLeft);
    refundLeft -= refundMinor;
    feeLeft -= keptOfLine;
    return { ...line, paidMinor: refundMinor + keptOfLine, refundMinor };
  });
  const refundMinor = lines.reduce((sum, line) => sum + line.refundMinor, 0);
  return { refundMinor, feeMinor: paidMinor - refundMinor, lines };
}
