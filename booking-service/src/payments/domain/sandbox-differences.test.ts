import { expect, test } from 'vitest';
import { buildPayment, buildRefund } from '../../../tests/booking-records.ts';
import { sandboxDifference } from './sandbox-differences.ts';

const paid = buildPayment('succeeded');
const all = { chargedMinor: 29_900, refundedMinor: 0 };
const nothing = { chargedMinor: 0, refundedMinor: 0 };

test.for([
  ['what was taken', paid, [], all],
  ['what was declined', buildPayment('failed'), [], nothing],
  ['what the sandbox never heard of', buildPayment('failed'), [], undefined],
  ['a payment under way that is booked', buildPayment('processing'), [], all],
  ['a payment under way that is not', buildPayment('processing'), [], undefined],
  ['what is given up and still asked for', buildPayment('failed', { attemptDeadlineMs: 1 }), [], all],
  ['a refund', paid, [buildRefund('succeeded')], { ...all, refundedMinor: 24_900 }],
  ['a refund under way that is booked', paid, [buildRefund('processing')], { ...all, refundedMinor: 24_900 }],
  ['a refund under way that is not', paid, [buildRefund('processing')], all],
  ["another payment's refund", paid, [buildRefund('succeeded', { paymentId: 'pay_2' })], all],
] as const)('%s agrees', ([, payment, refunds, totals]) => {
  expect(sandboxDifference(payment, refunds, totals)).toBeUndefined();
});

test.for([
  ['was taken here, but not by the sandbox', paid, [], undefined],
  ['was taken here, but not by the sandbox', paid, [], { ...all, chargedMinor: 29_899 }],
  ['was taken by the sandbox, but has failed here', buildPayment('failed'), [], all],
  ['gives back another amount at the sandbox', paid, [buildRefund('succeeded')], all],
  ['gives back another amount at the sandbox', paid, [], { ...all, refundedMinor: 1 }],
  ['gives back another amount at the sandbox', paid, [buildRefund('failed')], { ...all, refundedMinor: 24_900 }],
] as const)('a payment that %s', ([difference, payment, refunds, totals]) => {
  expect(sandboxDifference(payment, refunds, totals)).toBe(difference);
});
