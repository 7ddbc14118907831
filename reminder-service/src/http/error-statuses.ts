import type { Dialect } from '@jetbridge/service-kit/database/dialect.ts';
import { HttpProblem, serviceUnavailable } from '@jetbridge/service-kit/http/problems.ts';
import { invalidBodyAt } from '@jetbridge/service-kit/http/validation.ts';
import { ReminderError, type ReminderErrorCode } from '../domain/errors.ts';

const statuses = {
  booking_not_found: 404,
  mail_not_found: 404,
  reminder_not_found: 404,
  dead_letter_not_found: 404,
  unsubscribe_token_invalid: 404,
  already_sent: 409,
  reminder_not_failed: 409,
  reminder_outdated: 409,
  reminder_too_late: 409,
  switched_off: 409,
  booking_cancelled: 409,
  booking_expired: 409,
  booking_not_confirmed: 409,
  departed: 409,
  stale: 412,
  clock_too_far: 422,
} as const satisfies Record<ReminderErrorCode, number>;

/** The answer for an error of this service, or for a database that is away. */
export function createErrorTranslator(dialect: Dialect): (error: unknown) => HttpProblem | undefined {
  return (error) => {
    if (error instanceof ReminderError) return toProblem(error);
    // The doors of this service read; the one that writes, the clock's, says for itself what may have happened.
    return dialect.isUnavailable(error) ? serviceUnavailable({ effect: 'none', cause: error }) : undefined;
  };
}

function toProblem(error: ReminderError): HttpProblem {
  const status = statuses[error.code];
  if (status === 422) return invalidBodyAt(error.at ?? '', error.code, error.message);
  return new HttpProblem({ status, code: error.code, detail: error.message });
}
