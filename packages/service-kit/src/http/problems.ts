import { type ProblemDetail, problemTitles, problemType } from '@jetbridge/contracts/http/problem.ts';

/**
 * An answer that is not a success, as RFC 9457 describes one. `facts` are further members of the document, such as the
 * price that is asked now; `headers` go with the answer.
 */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly status: number;
  readonly code: string;
  readonly errors: readonly ProblemDetail[] | undefined;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(problem: {
    status: number;
    code: string;
    detail: string;
    errors?: readonly ProblemDetail[];
    facts?: Readonly<Record<string, unknown>>;
    headers?: Readonly<Record<string, string>>;
    cause?: unknown;
  }) {
    super(problem.detail, { cause: problem.cause });
    this.status = problem.status;
    this.code = problem.code;
    this.errors = problem.errors;
    this.facts = problem.facts ?? {};
    this.headers = problem.headers ?? {};
  }
}

/** The body of `application/problem+json` for a problem and the request it answers. */
export function problemDocument(problem: HttpProblem, requestId: string): Record<string, unknown> {
  return {
    type: problemType(problem.code),
    title: problemTitles[problem.status] ?? 'Error',
    status: problem.status,
    detail: problem.message,
    code: problem.code,
    requestId,
    ...(problem.errors ? { errors: problem.errors } : {}),
    ...problem.facts,
  };
}

export const unauthorized = (code: 'token_missing' | 'invalid_token' | 'token_outdated', detail: string) =>
  new HttpProblem({ status: 401, code, detail, headers: { 'WWW-Authenticate': 'Bearer' } });

export const tokenMissing = () =>
  unauthorized('token_missing', 'This needs an access token: send the header "Authorization: Bearer <token>".');

/** One same answer whatever is wrong with a token, so that forgers learn nothing. */
export const tokenInvalid = () =>
  unauthorized('invalid_token', 'The access token is not valid or has ended. Sign in or refresh, and try again.');

/** The token was good, but its user, a role or its session has changed since. */
export const tokenOutdated = () =>
  unauthorized(
    'token_outdated',
    'The account has changed since this access token was made. Refresh, or sign in again.',
  );

export const permissionMissing = (permission: string) =>
  new HttpProblem({ status: 403, code: 'permission_missing', detail: `This needs the permission ${permission}.` });

export const routeNotFound = () =>
  new HttpProblem({ status: 404, code: 'not_found', detail: 'There is nothing at this address.' });

export const methodNotAllowed = (allowed: readonly string[]) =>
  new HttpProblem({
    status: 405,
    code: 'method_not_allowed',
    detail: `This address answers to ${allowed.join(', ')} only.`,
    headers: { Allow: allowed.join(', ') },
  });

export const internalError = (cause: unknown) =>
  new HttpProblem({
    status: 500,
    code: 'internal_error',
    detail: 'Something went wrong on our side. The request id helps us find out what.',
    cause,
  });

/**
 * Something we need is away. `effect` tells a client that wrote whether it may have come through: `none` invites to try
 * again, `unknown` to look first.
 */
export const serviceUnavailable = (outcome: { effect: 'none' | 'unknown'; cause?: unknown }) =>
  new HttpProblem({
    status: 503,
    code: 'service_unavailable',
    detail: 'This cannot be answered at the moment. Try again shortly.',
    facts: { effect: outcome.effect },
    headers: { 'Retry-After': '2' },
    cause: outcome.cause,
  });
