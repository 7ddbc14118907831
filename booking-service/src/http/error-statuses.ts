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
  itinerary_not_found: 404,
  itinerary_expired: 409,
  sold_out: 409,
  booking_not_found: 404,
  departed: 409,
  flights_unavailable: 503,
  flight_has_bookings: 409,
  below_sold: 409,
  stale: 409,
  seat_taken: 409,
  seat_unknown: 422,
  seat_not_for_passenger: 422,
  seats_unavailable: 409,
  hold_limit: 409,
  hold_expired: 409,
  booking_cancelled: 409,
  booking_expired: 409,
  booking_not_confirmed: 409,
  already_paid: 409,
  payment_in_progress: 409,
  payment_declined: 402,
  payment_required: 402,
  payment_method_not_offered: 422,
  payment_not_found: 404,
  webhook_unsigned: 401,
  webhook_outdated: 400,
  webhook_mismatch: 400,
  webhook_unreadable: 400,
  already_waiting: 409,
  waitlist_limit: 409,
  waitlist_full: 409,
  waitlist_offered: 409,
  waitlist_entry_not_found: 404,
  contact_needed: 422,
  account_unavailable: 503,
  idempotency_key_reused: 422,
  idempotency_in_progress: 409,
  rate_limited: 429,
  desk_busy: 503,
  printer_busy: 503,
  ticket_not_printed: 503,
  sale_failed: 503,
} as const satisfies Record<BookingErrorCode, number>;

/** The answer for an error of this service, or for a database that is away. */
export function createErrorTranslator(dialect: Dialect): (error: unknown) => HttpProblem | undefined {
  return (error) => {
    if (error instanceof BookingError) return toProblem(error);
    // What a transaction did not commit has not happened; a lost answer to COMMIT is the one case that is not known.
    return dialect.isUnavailable(error) ? serviceUnavailable({ effect: 'unknown', cause: error }) : undefined;
  };
}

/** A refusal as the problem that clients get. */
export function toProblem(error: BookingError): HttpProblem {
  const { code, message: detail, facts } = error;
  const status = statuses[code];
  if (status === 503) return serviceUnavailable({ effect: effectOf(error), cause: error.cause ?? error });
  if (code === 'idempotency_key_reused') return new HttpProblem({ status, code, detail });
  if (status === 422) return invalidBodyAt(error.at ?? '', code, detail);
  return new HttpProblem({ status, code, detail, facts, headers: headersOf(error) });
}

/** Everything that is refused before the desk could write had no effect. */
const effectOf = ({ facts }: BookingError) => (facts.effect === 'unknown' ? 'unknown' : 'none');

function headersOf({ code, retryAfterSeconds }: BookingError): Record<string, string> {
  switch (code) {
    case 'webhook_unsigned':
      return { 'WWW-Authenticate': 'Bearer' };
    case 'idempotency_in_progress':
    case 'payment_in_progress':
      return { 'Retry-After': '1' };
    case 'rate_limited':
      return { 'Retry-After': String(retryAfterSeconds ?? 1) };
    default:
      return {};
  }
}
