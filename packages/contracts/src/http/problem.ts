import { z } from 'zod';

/** One wrong place of a request: a JSON pointer into the body, or the name of a query parameter or header. */
export const problemDetail = z.object({
  pointer: z.string().optional(),
  parameter: z.string().optional(),
  header: z.string().optional(),
  code: z.string(),
  detail: z.string(),
});

/** What every error looks like: RFC 9457 `application/problem+json` with a stable `code`. Further members may follow. */
export const problem = z
  .looseObject({
    type: z.string().describe('A URI that names the kind of problem'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().regex(/^[a-z0-9_]+$/),
    requestId: z.string().describe('The same as in `X-Request-ID`; name it when you ask for help'),
    errors: z.array(problemDetail).optional(),
    effect: z
      .enum(['none', 'unknown'])
      .optional()
      .describe('Of a write that failed with 5xx: `none` invites to try again, `unknown` to look first'),
  })
  .meta({ id: 'Problem', description: 'RFC 9457. Programs decide by `code`; people read `detail`.' });

export type Problem = z.infer<typeof problem>;
export type ProblemDetail = z.infer<typeof problemDetail>;

/** The name of a status as RFC 9110 has it, for the title of a problem. */
export const problemTitles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  402: 'Payment Required',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** The URI that names a kind of problem. */
export const problemType = (code: string): string => `urn:jetbridge:problem:${code}`;
