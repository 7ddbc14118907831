/** Why this service does not do what was asked. */
export type ReminderErrorCode =
  | 'booking_not_found'
  | 'mail_not_found'
  | 'reminder_not_found'
  | 'dead_letter_not_found'
  | 'unsubscribe_token_invalid'
  | 'clock_too_far'
  | 'stale'
  | 'already_sent'
  | 'reminder_not_failed'
  | 'reminder_outdated'
  | 'reminder_too_late'
  | 'switched_off'
  | 'booking_cancelled'
  | 'booking_expired'
  | 'booking_not_confirmed'
  | 'departed';

/** A refusal with a reason. `at` is the JSON pointer of the field to blame, where there is one. */
export class ReminderError extends Error {
  override readonly name = 'ReminderError';
  readonly code: ReminderErrorCode;
  readonly at: string | undefined;

  constructor(code: ReminderErrorCode, detail: string, at?: string) {
    super(detail);
    this.code = code;
    this.at = at;
  }
}
