import { z } from 'zod';
import { createDocument, type ZodOpenApiPathsObject } from 'zod-openapi';
import { problem } from '../http/problem.ts';
import { headerComponents } from './headers.ts';
import { describeOperation, documentedPath } from './operation.ts';
import { sharedProblemAnswers } from './problem-answers.ts';
import { publicRoutes } from './public-routes.ts';
import type { PublishedRoute } from './published-route.ts';
import { tags } from './tags.ts';

export type ApiDocument = ReturnType<typeof createDocument>;

/**
 * The OpenAPI 3.1 document of the whole public API.
 * @param options.prefix what stands before every path that is not at the root: `/api/v1`.
 */
export function createApiDocument(options: { version: string; prefix: string }): ApiDocument {
  const document = createDocument(
    {
      openapi: '3.1.0',
      info: {
        title: 'Jetbridge',
        version: options.version,
        description: conventions,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/', description: 'This gateway' }],
      tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
      paths: describePaths(publicRoutes, options.prefix),
      components: {
        schemas: { Problem: problem },
        responses: sharedProblemAnswers,
        headers: headerComponents,
        securitySchemes: {
          accessToken: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description: 'The `accessToken` that registering or logging in gives.',
          },
        },
      },
    },
    { override: showAsDocumented },
  );
  addQueryExamples(document, options.prefix);
  return document;
}

/** The address of a route at the gateway. */
export const addressOf = ({ route }: PublishedRoute, prefix: string): string =>
  `${route.atRoot ? '' : prefix}${documentedPath(route.path)}`;

function describePaths(routes: readonly PublishedRoute[], prefix: string): ZodOpenApiPathsObject {
  const byAddress = Map.groupBy(routes, (published) => addressOf(published, prefix));
  const paths = Array.from(byAddress, ([address, published]) => {
    const operations = published.map((one) => [one.route.method, describeOperation(one)] as const);
    return [address, Object.fromEntries(operations)] as const;
  });
  return Object.fromEntries(paths);
}

/** Schemas that read text as something else say in their metadata what they take. */
function showAsDocumented({ jsonSchema, zodSchema }: { jsonSchema: object; zodSchema: unknown }): void {
  // A default is of what was read, which is the value that the document shows; the library leaves it out.
  if (zodSchema instanceof z.ZodDefault) Object.assign(jsonSchema, { default: zodSchema.def.defaultValue });
  const documented = zodSchema instanceof z.ZodType ? z.globalRegistry.get(zodSchema)?.documentedAs : undefined;
  if (typeof documented !== 'object' || documented === null) return;
  for (const name of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, name);
  Object.assign(jsonSchema, documented);
}

/** Parameters are made out of the schema of the query, which knows no example of a whole question. */
function addQueryExamples(document: ApiDocument, prefix: string): void {
  for (const published of publicRoutes) {
    const operation = document.paths?.[addressOf(published, prefix)]?.[published.route.method];
    for (const parameter of operation?.parameters ?? []) {
      if (!('in' in parameter) || parameter.in !== 'query') continue;
      const example = published.examples.query?.[parameter.name];
      if (example !== undefined) parameter.example = example;
    }
  }
}

const conventions = `The REST API of an airline's booking system: search flights, book seats, be reminded.

**Start:** register or log in below *Sign-in*, copy \`accessToken\`, press *Authorize*, paste it. Then everything on this
page can be tried.

**Instants** are RFC 3339 in UTC with whole seconds; a flight also tells the local time of its airports. **Money** is an
integer of minor units: \`{ "amount": 29900, "currency": "USD" }\` is 299 dollars. **Ids** are opaque.

**Lists** are \`{ "data": [...], "nextCursor": ... }\`: ask for the next page with \`cursor\`, until it is null.

**Problems** are \`application/problem+json\` (RFC 9457). \`code\` is stable and meant for programs. Unknown fields and query
parameters are refused with 422, never dropped. What can meet any request is not repeated below: 404 \`not_found\` for an
unknown address, 405 \`method_not_allowed\` with \`Allow\`, 408 \`request_timeout\`, 414 \`address_too_long\`, 431
\`headers_too_large\`.

**Limits:** the headers \`RateLimit\` and \`RateLimit-Policy\` tell the budget; 429 says in \`Retry-After\` when to come back.

**X-Request-ID** is taken from you (1 to 128 characters of \`A-Z a-z 0-9 . _ -\`) or made, and stands on every answer.
`;
