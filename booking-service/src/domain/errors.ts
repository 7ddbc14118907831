/** Why this service does not do what was asked. */
export type BookingErrorCode =
  | 'flight_not_found'
  | 'flight_not_bookable'
  | 'cabin_not_offered'
  | 'too_few_adults'
  | 'not_an_infant'
  | 'implausible_birth'
  | 'total_too_large'
  | 'currency_not_sold'
  | 'price_changed'
  | 'itinerary_not_found'
  | 'itinerary_expired'
  | 'sold_out'
  | 'booking_not_found'
  | 'departed'
  | 'flights_unavailable'
  | 'flight_has_bookings'
  | 'below_sold'
  | 'stale'
  | 'seat_taken'
  | 'seat_unknown'
  | 'seat_not_for_passenger'
  | 'seats_unavailable'
  | 'hold_limit'
  | 'hold_expired'
  | 'booking_cancelled'
  | 'booking_not_confirmed'
  | 'booking_expired'
  | 'already_paid'
  | 'payment_in_progress'
  | 'payment_declined'
  | 'payment_required'
  | 'payment_method_not_offered'
  | 'payment_not_found'
  | 'webhook_unsigned'
  | 'webhook_outdated'
  | 'webhook_mismatch'
  | 'webhook_unreadable'
  | 'already_waiting'
  | 'waitlist_limit'
  | 'waitlist_full'
  | 'waitlist_offered'
  | 'waitlist_entry_not_found'
  | 'contact_needed'
  | 'account_unavailable'
  | 'idempotency_key_reused'
  | 'idempotency_in_progress'
  | 'rate_limited'
  | 'desk_busy'
  | 'printer_busy'
  | 'ticket_not_printed'
  | 'sale_failed';

/**
 * A refusal with a reason. `at` is the JSON pointer of the field to blame, where there is one; `facts` are further
 * members of the answer.
 */
export class BookingError extends Error {
  override readonly name = 'BookingError';
  readonly code: BookingErrorCode;
  readonly at: string | undefined;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: BookingErrorCode,
    detail: string,
    more: { at?: string; facts?: Readonly<Record<string, unknown>>; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(detail, { cause: more.cause });
    this.code = code;
    this.at = more.at;
    this.facts = more.facts ?? {};
    this.retryAfterSeconds = more.retryAfterSeconds;
  }
}
