import { expect, test } from 'vitest';
import { quoteOfPaid } from './quote-of-paid.ts';
import type { RefundQuote } from './refund-quote.ts';

/** Two flights: of the first everything goes back, of the second nothing. */
const quote: RefundQuote = {
  refundMinor: 300,
  feeMinor: 200,
  lines: [
    { flightId: 'flt_1', paidMinor: 300, refundMinor: 300, rule: 'fare_refundable' },
    { flightId: 'flt_2', paidMinor: 200, refundMinor: 0, rule: 'fare_not_refundable' },
  ],
};

test('a booking that was paid in full is quoted by its prices', () => {
  expect(quoteOfPaid(quote, 500)).toEqual(quote);
});

test('a booking that nothing was paid for is quoted zeros', () => {
  const { refundMinor, feeMinor, lines } = quoteOfPaid(quote, 0);
  expect({ refundMinor, feeMinor }).toEqual({ refundMinor: 0, feeMinor: 0 });
  expect(lines.map((line) => [line.paidMinor, line.refundMinor])).toEqual([
    [0, 0],
    [0, 0],
  ]);
});

test.for([0, 1, 299, 300, 301, 499, 500, 600])(
  'of %i that were paid, refund and fee make up all, and so do the lines',
  (paid) => {
    const { refundMinor, feeMinor, lines } = quoteOfPaid(quote, paid);
    expect(refundMinor + feeMinor).toBe(paid);
    expect(refundMinor).toBe(Math.min(300, paid));
    expect(lines.reduce((sum, line) => sum + line.refundMinor, 0)).toBe(refundMinor);
    expect(lines.reduce((sum, line) => sum + line.paidMinor, 0)).toBe(Math.min(paid, 500));
  },
);
