import { addressTooLong, maximumAddressLength } from '@jetbridge/service-kit/http/malformed-requests.ts';
import { HttpProblem, routeNotFound } from '@jetbridge/service-kit/http/problems.ts';
import type { RequestHandler } from 'express';
import { exchangeOf } from '../exchange.ts';

/** Refuses addresses that a service could read as another path than the one we route by. */
export const refuseUnsafeAddresses: RequestHandler = (req, _res, next) => {
  const { path, query } = exchangeOf(req);
  next(problemOfAddress(path, query));
};

/** Segments of plain characters that don't begin with a dot: what nearly every request has. */
const plainPath = /^(?:(?:\/[A-Za-z0-9_~!$&'()*+,;=:@-][A-Za-z0-9._~!$&'()*+,;=:@-]*)+\/?|\/)$/;

/** Printable ASCII without space; other octets must be percent-encoded (RFC 3986). */
const printable = /^[\x21-\x7e]*$/;

/** What is wrong with an address, or nothing. It must be in origin form: a path that begins with a slash, and a query. */
export function problemOfAddress(path: string, query: string): HttpProblem | undefined {
  if (path.length + query.length > maximumAddressLength) return addressTooLong();
  if (!printable.test(query)) return malformed('The query contains characters that must be percent-encoded.');
  if (plainPath.test(path)) return undefined;
  if (!path.startsWith('/')) return malformed('The address must be a path that begins with a slash.');
  if (!printable.test(path) || /[\\#]/.test(path)) {
    return malformed('The path contains characters that must be percent-encoded.');
  }
  const segments = path.slice(1).split('/');
  // A slash at the end is no empty segment.
  if (segments.at(-1) === '') segments.pop();
  for (const segment of segments) {
    const problem = problemOfSegment(segment);
    if (problem) return problem;
  }
  return undefined;
}

function problemOfSegment(segment: string): HttpProblem | undefined {
  if (segment === '') return routeNotFound();
  const decoded = decode(segment);
  if (decoded === undefined)
    return malformed('The path is not well-formed: a percent sign needs two hex digits of UTF-8.');
  if (decoded === '.' || decoded === '..') return routeNotFound();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  if (/[/\\\u0000-\u001f\u007f]/.test(decoded)) {
    return malformed('The path must not contain encoded slashes, backslashes or control characters.');
  }
  return undefined;
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

const malformed = (detail: string) => new HttpProblem({ status: 400, code: 'bad_request', detail });
