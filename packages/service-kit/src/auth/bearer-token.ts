import { tokenInvalid } from '../http/problems.ts';

const bearer = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i;

/** The token of an `Authorization` header (RFC 6750), or nothing without one. @throws HttpProblem 401 for other forms. */
export function bearerTokenOf(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const token = bearer.exec(header)?.[1];
  if (token === undefined) throw tokenInvalid();
  return token;
}
