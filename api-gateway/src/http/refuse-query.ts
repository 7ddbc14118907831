import { parseQuery } from '@jetbridge/service-kit/http/validation.ts';
import { z } from 'zod';

const nothing = z.strictObject({});

/** For addresses that take no parameters. @throws HttpProblem 422 with the name of each that was sent. */
export function refuseQuery(query: string): void {
  if (query.length > 1) parseQuery(nothing, Object.fromEntries(new URLSearchParams(query)));
}
