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
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().regex(/^[a-z0-9_]+$/),
    requestId: z.string(),
    errors: z.array(problemDetail).optional(),
  })
  .meta({ id: 'Problem' });

export type Problem = z.infer<typeof problem>;
export type ProblemDetail = z.infer<typeof problemDetail>;
