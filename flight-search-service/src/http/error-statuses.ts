import type { Dialect } from '@jetbridge/service-kit/database/dialect.ts';
import { HttpProblem, serviceUnavailable } from '@jetbridge/service-kit/http/problems.ts';
import { invalidBodyAt } from '@jetbridge/service-kit/http/validation.ts';
import { FlightError, type FlightErrorCode } from '../domain/errors.ts';

const statuses = {
  flight_not_found: 404,
  city_not_found: 404,
  airport_not_found: 404,
  airline_not_found: 404,
  airplane_not_found: 404,
  flight_exists: 409,
  import_not_found: 404,
  import_too_large: 413,
  unreadable_schedule: 422,
  code_taken: 409,
  in_use: 409,
  unknown_city: 422,
  unknown_zone: 422,
  bad_layout: 422,
  unknown_airline: 422,
  unknown_airport: 422,
  unknown_airplane: 422,
  same_airport: 422,
  number_of_another_airline: 422,
  implausible_duration: 422,
  doubled_cabin: 422,
  cabin_not_in_airplane: 422,
  too_many_seats: 422,
  currency_not_sold: 422,
  fare_incomplete: 422,
  flight_cancelled: 409,
  stale: 412,
  below_sold: 409,
  flight_has_bookings: 409,
  seller_unavailable: 503,
} as const satisfies Record<FlightErrorCode, number>;

/** Codes that are the answer's own, though the status is one of a body that breaks a rule. */
const namedProblems: ReadonlySet<FlightErrorCode> = new Set(['too_many_seats']);

/** The answer for an error of this service, or for a database that is away. */
export function createErrorTranslator(dialect: Dialect): (error: unknown) => HttpProblem | undefined {
  return (error) => {
    if (error instanceof FlightError) return toProblem(error);
    return dialect.isUnavailable(error) ? serviceUnavailable({ effect: 'unknown', cause: error }) : undefined;
  };
}

function toProblem(error: FlightError): HttpProblem {
  const status = statuses[error.code];
  // The flight is as it was, but the seller may have taken seats off sale; trying again is safe.
  if (status === 503) return serviceUnavailable({ effect: 'unknown', cause: error.cause });
  if (error.code === 'import_too_large') {
    return new HttpProblem({ status, code: 'body_too_large', detail: error.message });
  }
  if (status !== 422) return new HttpProblem({ status, code: error.code, detail: error.message });
  const invalid = invalidBodyAt(error.at ?? '', error.code, error.message);
  if (!namedProblems.has(error.code)) return invalid;
  return new HttpProblem({ status, code: error.code, detail: error.message, errors: invalid.errors ?? [] });
}
