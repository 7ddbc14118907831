/** Everything this service refuses, by the code that clients see. */
export type AuthErrorCode =
  | 'email_taken'
  | 'invalid_credentials'
  | 'invalid_refresh_token'
  | 'refresh_token_reused'
  | 'token_outdated'
  | 'permission_missing'
  | 'user_not_found'
  | 'role_not_found'
  | 'role_exists'
  | 'role_in_use'
  | 'built_in_role'
  | 'last_admin'
  | 'unknown_role'
  | 'stale'
  | 'service_unavailable';

/** A refusal of this service. What a client is told about it stands in `http/error-statuses.ts`. */
export class AuthError extends Error {
  override readonly name = 'AuthError';
  readonly code: AuthErrorCode;
  /** What it is about, where the code does not say it all: the permission that is missing, or a pointer into the body. */
  readonly about: string | undefined;

  constructor(code: AuthErrorCode, about?: string) {
    super(code);
    this.code = code;
    this.about = about;
  }
}
