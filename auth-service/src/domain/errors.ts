/** Everything this service refuses, by the code that clients see. */
export type AuthErrorCode =
  | 'email_taken'
  | 'invalid_credentials'
  | 'invalid_refresh_token'
  | 'refresh_token_reused'
  | 'token_outdated'
  | 'service_unavailable';

/** A refusal of this service. What a client is told about it stands in `http/error-statuses.ts`. */
export class AuthError extends Error {
  override readonly name = 'AuthError';
  readonly code: AuthErrorCode;

  constructor(code: AuthErrorCode) {
    super(code);
    this.code = code;
  }
}
