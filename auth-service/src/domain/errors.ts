/** Everything this service refuses, by the code that clients see. */
export type AuthErrorCode =
  | 'email_taken'
  | 'invalid_credentials'
  | 'invalid_refresh_token'
  | 'refresh_token_reused'
  | 'token_outdated'
  | 'rate_limited'
  | 'password_too_common'
  | 'password_is_email'
  | 'wrong_password'
  | 'mail_token_invalid'
  | 'session_not_found'
  | 'mail_request_not_found'
  | 'stale'
  | 'last_admin'
  | 'service_unavailable';

/** A refusal of this service. What a client is told about it stands in `http/error-statuses.ts`. */
export class AuthError extends Error {
  override readonly name = 'AuthError';
  readonly code: AuthErrorCode;
  /** The JSON pointer of the field to blame, where there is one. */
  readonly at: string | undefined;
  /** When trying again makes sense, where that is known. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: AuthErrorCode, more: { at?: string; retryAfterSeconds?: number } = {}) {
    super(code);
    this.code = code;
    this.at = more.at;
    this.retryAfterSeconds = more.retryAfterSeconds;
  }
}
