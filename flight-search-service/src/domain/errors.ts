/** Why this service does not do what was asked. */
export type FlightErrorCode =
  | 'flight_not_found'
  | 'city_not_found'
  | 'airport_not_found'
  | 'airline_not_found'
  | 'airplane_not_found'
  | 'flight_exists'
  | 'import_not_found'
  | 'import_too_large'
  | 'unreadable_schedule'
  | 'code_taken'
  | 'in_use'
  | 'unknown_city'
  | 'unknown_zone'
  | 'bad_layout'
  | 'unknown_airline'
  | 'unknown_airport'
  | 'unknown_airplane'
  | 'same_airport'
  | 'number_of_another_airline'
  | 'implausible_duration'
  | 'doubled_cabin'
  | 'cabin_not_in_airplane'
  | 'too_many_seats'
  | 'currency_not_sold'
  | 'fare_incomplete'
  | 'flight_cancelled'
  | 'stale'
  | 'below_sold'
  | 'flight_has_bookings'
  | 'seller_unavailable';

/** A refusal with a reason. `at` is the JSON pointer of the field to blame, where there is one. */
export class FlightError extends Error {
  override readonly name = 'FlightError';
  readonly code: FlightErrorCode;
  readonly at: string | undefined;

  constructor(code: FlightErrorCode, detail: string, at?: string, cause?: unknown) {
    super(detail, { cause });
    this.code = code;
    this.at = at;
  }
}
