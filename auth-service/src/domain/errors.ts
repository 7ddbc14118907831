/** Everything this service refuses, by the code that clients see. */
export type AuthErrorCode =
  | 'email_taken'
  | 'invalid_credentials'
  | 'invalid_refresh_token'
  | 'refresh_token_reused'
  | 'token_outdated'
  | 'rate_limited'
  | 'permission_missing'
  | 'user_not_found'
  | 'role_not_found'
  | 'session_not_found'
  | 'mail_request_not_found'
  | 'role_exists'
  | 'role_in_use'
  | 'built_in_role'
  | 'last_admin'
  | 'stale'
  | 'unknown_role'
  | 'wrong_password'
  | 'password_too_common'
  | 'password_is_email'
  | 'mail_token_invalid'
  | 'service_unavailable';

/** A refusal of this service. What a client is told about it stands in `http/error-statuses.ts`. */
export class AuthError extends Error {
  override readonly name = 'AuthError';
  readonly code: AuthErrorCode;
  /** The JSON pointer of the field to blame, where there is one. */
  readonly at: string | undefined;
  /** The permission that is missing, where one is. */
  readonly permission: string | undefined;
  /** When trying again makes sense, where that is known. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: AuthErrorCode, more: { at?: string; permission?: string; retryAfterSeconds?: number } = {}) {
    super(code);
    this.code = code;
    this.at = more.at;
    this.permission = more.permission;
    this.retryAfterSeconds = more.retryAfterSeconds;
  }
}
