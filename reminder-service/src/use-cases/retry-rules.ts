import { backoffMs } from '@jetbridge/service-kit/time/wait.ts';
import type { MailError } from '../clients/mailer.ts';
import type { Outcome } from '../db/sending/settlements.ts';

/** With the backoff below, four and a half hours: a little more than a late reminder may take. */
export const maximumAttempts = 60;
const backoffRange = { min: 1_000, max: 5 * 60_000 } as const;

/** What becomes of a mail that did not go out. @param attempts with the one that failed. */
export function outcomeOf({ outcome, message }: MailError, attempts: number, nowMs: number): Outcome {
  switch (outcome) {
    case 'address_invalid':
      return { status: 'failed', reason: 'address_invalid', lastError: message };
    case 'address_refused':
      return { status: 'failed', reason: 'address_refused', lastError: message };
    case 'refused':
      return { status: 'failed', reason: 'mail_refused', lastError: message };
    case 'put_off':
    case 'connection_lost':
    case 'server_away':
      return laterOrNever(attempts, message, nowMs);
  }
}

/** Tries again after a time that grows with each attempt, up to a number of them. */
export function laterOrNever(attempts: number, lastError: string, nowMs: number): Outcome {
  if (attempts >= maximumAttempts) return { status: 'failed', reason: 'too_many_attempts', lastError };
  const attemptAtMs = nowMs + Math.round(backoffMs(attempts, backoffRange));
  return { status: 'scheduled', reason: 'put_off', attemptAtMs, lastError };
}
