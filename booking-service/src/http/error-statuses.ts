import type { Dialect } from '@jetbridge/service-kit/database/dialect.ts';
import { HttpProblem, serviceUnavailable } from '@jetbridge/service-kit/http/problems.ts';
import { invalidBodyAt } from '@jetbridge/service-kit/http/validation.ts';
import { BookingError, type BookingErrorCode } from '../domain/errors.ts';

const statuses = {
  flight_not_found: 404,
  flight_not_bookable: 409,
  cabin_not_offered: 422,
  too_few_adults: 422,
  not_an_infant: 422,
  implausible_birth: 422,
  total_too_large: 422,
  currency_not_sold: 422,
  price_changed: 409,
  sold_out: 409,
  booking_not_found: 404,
  departed: 409,
  flights_unavailable: 503,
  flight_has_bookings: 409,
  below_sold: 409,
  stale: 409,
} as const satisfies Record<BookingErrorCode, number>;

/** The answer for an error of this service, or for a database that is away. */
export function createErrorTranslator(dialect: Dialect): (error: unknown) => HttpProblem | undefined {
  return (error) => {
    if (error instanceof BookingError) return toProblem(error);
    // What a transaction did not commit has not happened; a lost answer to COMMIT is the one case that is not known.
    return dialect.isUnavailable(error) ? serviceUnavailable({ effect: 'unknown', cause: error }) : undefined;
  };
}

function toProblem(error: BookingError): HttpProblem {
  const status = statuses[error.code];
  if (status === 503) return serviceUnavailable({ effect: 'none', cause: error.cause });
  if (status === 422) return invalidBodyAt(error.at ?? '', error.code, error.message);
  return new HttpProblem({ status, code: error.code, detail: error.message, facts: error.facts });
}
