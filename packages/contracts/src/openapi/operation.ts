import type { oas31, ZodOpenApiOperationObject, ZodOpenApiResponsesObject } from 'zod-openapi';
import type { Route } from '../http/route.ts';
import { isTagged, successHeaders } from './headers.ts';
import { problemAnswers } from './problem-answers.ts';
import type { PublishedRoute } from './published-route.ts';

/** One route as an operation of the API document. */
export function describeOperation(published: PublishedRoute): ZodOpenApiOperationObject {
  const { route, tag, examples } = published;
  return {
    operationId: route.id,
    // Summaries are plain text; only descriptions are Markdown.
    summary: route.summary.replaceAll('`', ''),
    description: describe(published),
    tags: [tag],
    ...(route.access === 'anyone' ? {} : { security: [{ accessToken: [] }] }),
    ...(typeof route.access === 'object' ? { 'x-permission': route.access.permission } : {}),
    ...(published.notInProduction ? { 'x-not-in-production': true } : {}),
    parameters: [...pathParameters(published), ...headerParameters(route)],
    ...(route.query ? { requestParams: { query: route.query } } : {}),
    ...(route.body
      ? {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: route.body, example: examples.body } },
          },
        }
      : {}),
    ...(route.rawBody
      ? {
          requestBody: {
            required: route.rawMediaTypes === undefined,
            content: Object.fromEntries(
              (route.rawMediaTypes ?? ['application/json']).map((type) => [type, { schema: {} }]),
            ),
          },
        }
      : {}),
    ...(route.streamedBody
      ? {
          requestBody: {
            required: true,
            content: Object.fromEntries(
              route.streamedBody.map((type) => [type, { schema: { type: 'string' as const } }]),
            ),
          },
        }
      : {}),
    responses: { ...successAnswers(published), ...problemAnswers(route) },
  };
}

/** A path of the API document: `/flights/{id}` for `/flights/:id`. */
export const documentedPath = (path: string) => path.replaceAll(/:(\w+)/g, '{$1}');

function describe({ route, description, notInProduction }: PublishedRoute): string {
  const who = {
    anyone: 'Anyone may call this.',
    signed_in: 'Needs to be signed in.',
    service: 'Only for services.',
  };
  return [
    description,
    typeof route.access === 'object' ? `Needs the permission \`${route.access.permission}\`.` : who[route.access],
    route.orLookup && 'The token of a look-up opens it too, for the booking that was looked up.',
    notInProduction && '**Not in production.**',
  ]
    .filter(Boolean)
    .join('\n\n');
}

function pathParameters({ route, examples }: PublishedRoute): oas31.ParameterObject[] {
  return Array.from(route.path.matchAll(/:(\w+)/g), ([, name = '']) => ({
    in: 'path',
    name,
    required: true,
    schema: { type: 'string' },
    example: examples.path?.[name],
  }));
}

/** Headers that make a request safe to repeat, or are conditions on the version of a resource. */
function headerParameters(route: Route): oas31.ParameterObject[] {
  const schema = { type: 'string' } as const;
  if (route.idempotent) {
    const description =
      'A text of your own, 1 to 255 visible ASCII characters, for this one request. Sent again with the same body it is ' +
      'answered with the first answer, and nothing is done twice.';
    return [{ in: 'header', name: 'Idempotency-Key', description, schema: { ...schema, maxLength: 255 } }];
  }
  if (route.method === 'get' && isTagged(route)) {
    const description = 'An `ETag` you have: the answer is 304 if it is still the present one.';
    return [{ in: 'header', name: 'If-None-Match', description, schema }];
  }
  if (route.problems?.includes('stale')) {
    const description = 'The `ETag` you read: the answer is 412 if the resource was changed since.';
    return [{ in: 'header', name: 'If-Match', description, schema }];
  }
  return [];
}

function successAnswers({ route, examples }: PublishedRoute): ZodOpenApiResponsesObject {
  const { status, description, schema, mediaType } = route.answer;
  const content = {
    ...(schema ? { 'application/json': { schema, example: examples.answer } } : {}),
    ...(mediaType ? { [mediaType]: { schema: { type: 'string' as const, contentMediaType: mediaType } } } : {}),
  };
  const notModified = {
    description: 'It is what you have',
    headers: successHeaders(route, 304),
  };
  return {
    [`${status}`]: { description, headers: successHeaders(route, status), ...(schema || mediaType ? { content } : {}) },
    ...(route.method === 'get' && isTagged(route) ? { '304': notModified } : {}),
  };
}
