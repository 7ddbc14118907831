import type { ProblemDetail } from '@jetbridge/contracts/http/problem.ts';
import type { z } from 'zod';
import { HttpProblem } from './problems.ts';

/** The most wrong places one answer names. */
const maximumErrors = 50;

/** Checks a request's body. @throws HttpProblem 422 with a JSON pointer for each wrong place. */
export function parseBody<T extends z.ZodType>(schema: T, body: unknown): z.infer<T> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw invalidRequest(
    'The body does not have the form this call takes.',
    result.error.issues.flatMap(flattenIssue).map(({ path, ...error }) => ({ pointer: toPointer(path), ...error })),
  );
}

/** Checks a query string. @throws HttpProblem 422 with the name of each wrong parameter. */
export function parseQuery<T extends z.ZodType>(schema: T, query: unknown): z.infer<T> {
  const result = schema.safeParse(query);
  if (result.success) return result.data;
  throw invalidRequest(
    'The query does not have the form this call takes.',
    result.error.issues
      .flatMap(flattenIssue)
      .map(({ path, ...error }) => ({ parameter: String(path[0] ?? ''), ...error })),
  );
}

/** A 422 for a rule that no schema can state, at one place of the body. */
export function invalidBodyAt(pointer: string, code: string, detail: string): HttpProblem {
  return invalidRequest('The body breaks a rule of this call.', [{ pointer, code, detail }]);
}

function invalidRequest(detail: string, errors: readonly ProblemDetail[]): HttpProblem {
  return new HttpProblem({ status: 422, code: 'invalid_request', detail, errors: errors.slice(0, maximumErrors) });
}

type FlatIssue = { path: readonly PropertyKey[]; code: string; detail: string };

/** One issue of zod as places with a code: unknown fields one by one, the alternatives of a union by their first. */
function flattenIssue(issue: z.core.$ZodIssue): FlatIssue[] {
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: [...issue.path, key],
        code: 'unknown_field',
        detail: 'is not known here; remove it',
      }));
    case 'invalid_union': {
      const nearest = issue.errors.toSorted((one, other) => other.length - one.length).at(-1) ?? [];
      if (nearest.length === 0) return [{ path: issue.path, code: 'invalid_value', detail: issue.message }];
      return nearest
        .map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }))
        .flatMap((inner) => flattenIssue(inner));
    }
    default:
      return [{ path: issue.path, code: codeOf(issue), detail: issue.message }];
  }
}

function codeOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.endsWith('received undefined') ? 'required' : 'invalid_type';
    case 'too_small':
    case 'too_big':
      return issue.code;
    case 'custom': {
      const code: unknown = issue.params?.code;
      return typeof code === 'string' ? code : 'invalid_value';
    }
    case 'invalid_format':
      return 'invalid_format';
    default:
      return 'invalid_value';
  }
}

/** A path as a JSON pointer (RFC 6901); the whole body is the empty pointer. */
function toPointer(path: readonly PropertyKey[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
