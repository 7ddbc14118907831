import type { WrittenAnswer } from '@jetbridge/service-kit/http/app.ts';
import type { PaymentRecord } from '../../payments/domain/payment.ts';
import type { DeskState } from './desk-state.ts';

/** The key of the request that waits for a payment's outcome, if it has one. */
export function keyWaitingFor({ userId, idempotencyKey: key }: PaymentRecord) {
  return key === null ? undefined : { userId, key };
}

/** What that request was answered, if it was. */
export function answerOf(state: DeskState, waiting: ReturnType<typeof keyWaitingFor>): WrittenAnswer | null {
  return (waiting && state.key(waiting)?.answer) ?? null;
}
