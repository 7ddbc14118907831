/** A kind of problem: the status it comes with, and what it means to whoever called. */
type ProblemCode = { readonly status: number; readonly means: string };

/** Every `code` that a problem of the public API can carry. */
export const problemCodes = {
  bad_request: { status: 400, means: 'The request is not well-formed.' },
  bad_header: { status: 400, means: 'A header is not well-formed: `errors` names it.' },
  invalid_json: { status: 400, means: 'The body is not well-formed JSON.' },
  webhook_mismatch: { status: 400, means: 'The webhook speaks of another amount than the payment.' },
  webhook_unreadable: { status: 400, means: 'The webhook was signed, but is not of a form that is known here.' },
  webhook_outdated: { status: 400, means: 'The webhook was signed more than five minutes ago.' },
  invalid_cursor: { status: 400, means: 'The cursor does not belong to this list.' },
  token_missing: { status: 401, means: 'An access token is needed.' },
  invalid_token: { status: 401, means: 'The access token is not valid or has ended.' },
  token_outdated: { status: 401, means: 'The account has changed since the access token was made: sign in again.' },
  invalid_credentials: { status: 401, means: 'E-mail address and password do not belong together.' },
  invalid_refresh_token: { status: 401, means: 'The refresh token is not valid or its session is over.' },
  refresh_token_reused: { status: 401, means: 'The refresh token was used before: the session was ended.' },
  webhook_unsigned: { status: 401, means: 'The webhook was not signed by the payment provider.' },
  payment_declined: { status: 402, means: 'The payment was declined: `failureCode` tells why.' },
  permission_missing: { status: 403, means: 'The account may not do this.' },
  airline_not_found: { status: 404, means: 'There is no such airline.' },
  airplane_not_found: { status: 404, means: 'There is no such airplane.' },
  airport_not_found: { status: 404, means: 'There is no such airport.' },
  booking_not_found: { status: 404, means: 'There is no such booking, or it is not yours.' },
  flight_not_found: { status: 404, means: 'There is no such flight.' },
  payment_not_found: { status: 404, means: 'There is no such payment.' },
  mail_not_found: { status: 404, means: 'There is no such mail.' },
  session_not_found: { status: 404, means: 'There is no such session of yours that goes on.' },
  not_acceptable: { status: 406, means: 'None of the media types in `Accept` is offered here.' },
  already_paid: { status: 409, means: 'The booking is paid.' },
  below_sold: { status: 409, means: 'More seats are sold or held than would be left.' },
  booking_cancelled: { status: 409, means: 'The booking is cancelled.' },
  booking_expired: { status: 409, means: 'The booking was not paid in time, and its seats are on sale again.' },
  departed: { status: 409, means: 'A flight of the booking has departed.' },
  email_taken: { status: 409, means: 'An account with this e-mail address exists.' },
  flight_cancelled: { status: 409, means: 'The flight is cancelled and stays so.' },
  flight_exists: { status: 409, means: 'The airline has a flight of this number on this day already.' },
  flight_has_bookings: { status: 409, means: 'Seats of the flight are sold or held.' },
  flight_not_bookable: { status: 409, means: 'The flight is cancelled, departed, or leaves too soon.' },
  hold_expired: { status: 409, means: 'The booking was not paid in time; what was taken is given back.' },
  hold_limit: { status: 409, means: 'You hold as many unpaid seats as anybody may: pay for them or cancel.' },
  idempotency_in_progress: { status: 409, means: 'The first request with this key has no outcome yet.' },
  last_admin: { status: 409, means: 'Nobody would be left who may do everything.' },
  payment_in_progress: { status: 409, means: 'A payment of the booking is under way.' },
  price_changed: { status: 409, means: 'The price is another one: `total` tells the present one.' },
  seat_taken: { status: 409, means: 'Somebody else has the seat.' },
  sold_out: { status: 409, means: 'Not enough seats are left.' },
  stale: { status: 412, means: 'Somebody changed it since you read it: read it again.' },
  body_too_large: { status: 413, means: 'The body is larger than this address takes.' },
  unsupported_media_type: { status: 415, means: 'The body must be JSON in UTF-8.' },
  invalid_request: { status: 422, means: 'Query or body break the schema or a rule: `errors` tells where.' },
  idempotency_key_reused: { status: 422, means: 'The key was used for another request: use a new one.' },
  too_many_seats: { status: 422, means: 'The airplane has fewer seats.' },
  rate_limited: { status: 429, means: 'Too many requests: `Retry-After` tells when to try again.' },
  internal_error: { status: 500, means: 'Something went wrong on our side.' },
  bad_gateway: { status: 502, means: 'The service broke off without an answer.' },
  not_ready: { status: 503, means: 'The gateway takes no requests at the moment.' },
  service_unavailable: { status: 503, means: 'This cannot be answered at the moment: try again shortly.' },
  gateway_timeout: { status: 504, means: 'The service did not answer in time.' },
} as const satisfies Record<string, ProblemCode>;

/** What a code means. @throws for one that stands in no table: it must be added to `problemCodes`. */
export function findProblemCode(code: string): ProblemCode {
  const known: Readonly<Record<string, ProblemCode>> = problemCodes;
  const found = known[code];
  if (!found) throw new Error(`The problem code ${code} is not in openapi/problem-codes.ts. Add it there.`);
  return found;
}
