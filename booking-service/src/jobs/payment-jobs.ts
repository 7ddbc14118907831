import type { LoopOptions } from '@jetbridge/service-kit/lifecycle/loop.ts';
import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import type { ChargeParts } from '../payments/use-cases/charge-payment.ts';
import { finishPayments } from '../payments/use-cases/finish-payments.ts';
import { finishRefunds } from '../payments/use-cases/finish-refunds.ts';

type Job = Omit<LoopOptions, 'log'>;

/** Refunds are new every now and then and should not wait; payments are overdue only after something went wrong. */
const refundsIdleMs = 300;
const paymentsIdleMs = 1_000;

/** Brings payments and refunds to an end that nobody waits for, in the background. */
export function paymentJobs(parts: ChargeParts & { readonly log: Logger }): Job[] {
  return [
    { name: 'finish-payments', idleMs: paymentsIdleMs, runOnce: () => finishPayments(parts) },
    { name: 'finish-refunds', idleMs: refundsIdleMs, runOnce: () => finishRefunds(parts) },
  ];
}
