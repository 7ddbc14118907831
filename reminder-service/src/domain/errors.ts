/** Why this service does not do what was asked. */
export type ReminderErrorCode = 'booking_not_found' | 'mail_not_found' | 'clock_too_far';

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
