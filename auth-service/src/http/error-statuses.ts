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
  role_exists: { status: 409, detail: 'There is a role of this name.' },
  role_in_use: { status: 409, detail: 'Somebody has this role. Give them other roles first.' },
  built_in_role: { status: 409, detail: 'This role belongs to the program and stays as it is.' },
  last_admin: { status: 409, detail: 'Without this user nobody would be an admin. Make somebody else one first.' },
  unknown_role: { status: 422, detail: 'is no role' },
  stale: { status: 412, detail: 'It was changed since you read it. Read it again.' },
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

function toProblem({ code, about }: AuthError): HttpProblem {
  const { status, detail } = answers[code];
  switch (status) {
    case 401:
      return new HttpProblem({ status, code, detail, headers: { 'WWW-Authenticate': 'Bearer' } });
    case 403:
      return about === undefined ? new HttpProblem({ status, code, detail }) : permissionMissing(about);
    case 422:
      return invalidBodyAt(about ?? '', code, detail);
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
