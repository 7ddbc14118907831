/** A kind of problem: the status it comes with, and what it means to whoever called. */
type ProblemCode = { readonly status: number; readonly means: string };

/** Every `code` that a problem of the public API can carry. */
export const problemCodes = {
  bad_request: { status: 400, means: 'The request is not well-formed.' },
  bad_header: { status: 400, means: 'A header is not well-formed: `errors` names it.' },
  invalid_json: { status: 400, means: 'The body is not well-formed JSON.' },
  invalid_cursor: { status: 400, means: 'The cursor does not belong to this list.' },
  token_missing: { status: 401, means: 'An access token is needed.' },
  invalid_token: { status: 401, means: 'The access token is not valid or has ended.' },
  token_outdated: { status: 401, means: 'The account has changed since the access token was made: sign in again.' },
  invalid_credentials: { status: 401, means: 'E-mail address and password do not belong together.' },
  invalid_refresh_token: { status: 401, means: 'The refresh token is not valid or its session is over.' },
  refresh_token_reused: { status: 401, means: 'The refresh token was used before: the session was ended.' },
  permission_missing: { status: 403, means: 'The account may not do this.' },
  airline_not_found: { status: 404, means: 'There is no such airline.' },
  airplane_not_found: { status: 404, means: 'There is no such airplane.' },
  airport_not_found: { status: 404, means: 'There is no such airport.' },
  booking_not_found: { status: 404, means: 'There is no such booking, or it is not yours.' },
  flight_not_found: { status: 404, means: 'There is no such flight.' },
  mail_not_found: { status: 404, means: 'There is no such mail.' },
  below_sold: { status: 409, means: 'More seats are sold or held than would be left.' },
  departed: { status: 409, means: 'A flight of the booking has departed.' },
  email_taken: { status: 409, means: 'An account with this e-mail address exists.' },
  flight_cancelled: { status: 409, means: 'The flight is cancelled and stays so.' },
  flight_exists: { status: 409, means: 'The airline has a flight of this number on this day already.' },
  flight_has_bookings: { status: 409, means: 'Seats of the flight are sold or held.' },
  flight_not_bookable: { status: 409, means: 'The flight is cancelled, departed, or leaves too soon.' },
  price_changed: { status: 409, means: 'The price is another one: `total` tells the present one.' },
  sold_out: { status: 409, means: 'Not enough seats are left.' },
  stale: { status: 412, means: 'Somebody changed it since you read it: read it again.' },
  body_too_large: { status: 413, means: 'The body is larger than this address takes.' },
  unsupported_media_type: { status: 415, means: 'The body must be JSON in UTF-8.' },
  invalid_request: { status: 422, means: 'Query or body break the schema or a rule: `errors` tells where.' },
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
