import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { HttpProblem, permissionMissing, serviceUnavailable } from '@jetbridge/service-kit/http/problems.ts';
import { invalidBodyAt } from '@jetbridge/service-kit/http/validation.ts';
import { AuthError, type AuthErrorCode } from '../domain/errors.ts';

/** The only place that knows how refusals look from outside. */
const answers = {
  email_taken: { status: 409, detail: 'An account with this e-mail address exists. Sign in, or use another address.' },
  invalid_credentials: { status: 401, detail: 'E-mail address and password do not belong together.' },
  invalid_refresh_token: {
    status: 401,
    detail: 'The refresh token is not valid or its session is over. Sign in again.',
  },
  refresh_token_reused: {
    status: 401,
    detail: 'The refresh token was used before, so somebody may have copied it. The session was ended; sign in again.',
  },
  token_outdated: { status: 401, detail: 'The account has changed since this access token was made. Sign in again.' },
  permission_missing: { status: 403, detail: 'This concerns permissions that you do not hold.' },
  user_not_found: { status: 404, detail: 'There is no such user.' },
  role_not_found: { status: 404, detail: 'There is no such role.' },
  session_not_found: { status: 404, detail: 'There is no session of yours with this id that goes on.' },
  mail_request_not_found: { status: 404, detail: 'Nobody waits for a mail for this.' },
  role_exists: { status: 409, detail: 'There is a role of this name.' },
  role_in_use: { status: 409, detail: 'Somebody has this role. Give them other roles first.' },
  built_in_role: { status: 409, detail: 'This role belongs to the program and stays as it is.' },
  last_admin: { status: 409, detail: 'Without this user nobody would be an admin. Make somebody else one first.' },
  stale: { status: 412, detail: 'It was changed since you read it. Read it again.' },
  unknown_role: { status: 422, detail: 'is no role' },
  wrong_password: { status: 422, detail: 'is not your password' },
  password_too_common: { status: 422, detail: 'is one of the 10,000 most common passwords; choose another one' },
  password_is_email: { status: 422, detail: 'must not be the e-mail address' },
  mail_token_invalid: {
    status: 422,
    detail: 'is not known, was used, or is older than 30 minutes; ask for a new mail',
  },
  rate_limited: {
    status: 429,
    detail: 'Too many wrong passwords. Try again later, or have a link mailed that sets a new password.',
  },
  service_unavailable: { status: 503, detail: 'Too many are signing in at this moment. Try again shortly.' },
} as const satisfies Record<AuthErrorCode, { status: number; detail: string }>;

/** Turns this service's refusals, and a database that is away, into answers; leaves all other errors to the kit. */
export function translateErrors({ dialect }: Database): (error: unknown) => HttpProblem | undefined {
  return (error) => {
    if (error instanceof AuthError) return toProblem(error);
    if (!dialect.isUnavailable(error)) return undefined;
    return serviceUnavailable({ effect: failedAtCommit(error) ? 'unknown' : 'none', cause: error });
  };
}

function toProblem({ code, at, permission, retryAfterSeconds }: AuthError): HttpProblem {
  const { status, detail } = answers[code];
  switch (status) {
    case 401:
      return new HttpProblem({ status, code, detail, headers: { 'WWW-Authenticate': 'Bearer' } });
    case 403:
      return permission === undefined ? new HttpProblem({ status, code, detail }) : permissionMissing(permission);
    case 422:
      return invalidBodyAt(at ?? '', code, detail);
    case 429:
      return new HttpProblem({ status, code, detail, headers: { 'Retry-After': String(retryAfterSeconds ?? 60) } });
    case 503:
      return new HttpProblem({ status, code, detail, facts: { effect: 'none' }, headers: { 'Retry-After': '2' } });
    default:
      return new HttpProblem({ status, code, detail });
  }
}

/** Only a commit whose answer got lost may have had an effect: before it, everything is rolled back. */
function failedAtCommit(error: unknown): boolean {
  return error instanceof Error && 'sql' in error && typeof error.sql === 'string' && /^COMMIT/i.test(error.sql);
}
