import type { RefundQuoteDocument } from '@jetbridge/contracts/bookings/after-sale-routes.ts';
import type { RefundQuote } from '../domain/refund-quote.ts';

/** A quote as the API shows it. */
export function presentRefundQuote(
  { refundMinor, feeMinor, lines }: RefundQuote,
  currency: string,
): RefundQuoteDocument {
  const money = (amount: number) => ({ amount, currency });
  return {
    refund: money(refundMinor),
    fee: money(feeMinor),
    lines: lines.map((line) => ({
      flightId: line.flightId,
      paid: money(line.paidMinor),
      refund: money(line.refundMinor),
      rule: line.rule,
    })),
  };
}
