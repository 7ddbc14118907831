import type { ZodOpenApiResponseObject, ZodOpenApiResponsesObject } from 'zod-openapi';
import { type Problem, problemTitles, problemType } from '../http/problem.ts';
import type { Route } from '../http/route.ts';
import { answerHeaders, isCounted } from './headers.ts';
import { findProblemCode, problemCodes } from './problem-codes.ts';

/** Whether the gateway passes the route on to a service; it answers the others itself. */
const isForwarded = (route: Route) => route.service !== 'api-gateway';

/** Every problem code a route can answer with: its own, and those of the steps that a request takes to reach it. */
export function problemCodesOf(route: Route): string[] {
  const takesCursor = route.query && 'cursor' in route.query.shape;
  return [
    'bad_request',
    ...(route.problems?.includes('stale') || route.idempotent ? ['bad_header'] : []),
    ...(route.idempotent ? ['idempotency_in_progress', 'idempotency_key_reused'] : []),
    ...(route.body ? ['invalid_json', 'body_too_large', 'unsupported_media_type'] : []),
    ...(takesCursor ? ['invalid_cursor'] : []),
    ...(route.access === 'anyone' ? [] : ['token_missing', 'token_outdated']),
    ...(typeof route.access === 'object' ? ['permission_missing'] : []),
    ...(isCounted(route) ? ofCounting : []),
    ...(isForwarded(route) ? ofForwarding : []),
    'internal_error',
    ...(route.problems ?? []),
  ];
}

/** Where no token is needed, one that has ended is overlooked; a header that holds none is refused everywhere. */
const ofCounting = ['invalid_token', 'invalid_request', 'rate_limited', 'service_unavailable'];

const ofForwarding = ['bad_gateway', 'gateway_timeout'];

/** The problems of a route by their status. */
export function problemAnswers(route: Route): ZodOpenApiResponsesObject {
  const byStatus = Map.groupBy(problemCodesOf(route), (code) => findProblemCode(code).status);
  const answers = Array.from(byStatus, ([status, codes]) => {
    const [code, ...others] = codes;
    const isShared = isCounted(route) && code !== undefined && others.length === 0;
    return [`${status}`, isShared ? referenceTo(code) : problemAnswer(route, status, codes)] as const;
  });
  return Object.fromEntries(answers.toSorted(([one], [other]) => Number(one) - Number(other)));
}

/** The answers of services with one code alone, which many routes have in common. */
export const sharedProblemAnswers: Readonly<Record<string, ZodOpenApiResponseObject>> = Object.fromEntries(
  Object.entries(problemCodes).map(([code, { status }]) => [
    componentName(code),
    problemAnswer({ service: 'auth-service' }, status, [code]),
  ]),
);

const referenceTo = (code: string) => ({ $ref: `#/components/responses/${componentName(code)}` }) as const;

/** `RateLimited` for `rate_limited`. */
function componentName(code: string): string {
  return code.replaceAll(/(?:^|_)([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

function problemAnswer(
  route: Pick<Route, 'service' | 'atRoot'>,
  status: number,
  codes: readonly string[],
): ZodOpenApiResponseObject {
  const means = codes.map((code) => `\`${code}\`: ${findProblemCode(code).means}`);
  return {
    description: means.join('\n\n'),
    headers: { ...answerHeaders(route, status) },
    content: {
      'application/problem+json': {
        schema: {
          allOf: [{ $ref: '#/components/schemas/Problem' }],
          properties: { status: { const: status }, code: { enum: [...codes] } },
        },
        examples: Object.fromEntries(codes.map((code) => [code, { value: exampleProblem(code, status) }])),
      },
    },
  };
}

function exampleProblem(code: string, status: number): Problem {
  return {
    type: problemType(code),
    title: problemTitles[status] ?? 'Error',
    status,
    detail: findProblemCode(code).means,
    code,
    requestId: 'req_01k7v8s3d5f7g9h1j3k5m7n9p2',
  };
}
