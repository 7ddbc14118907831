import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from 'helmet';

/**
 * What browsers are told to forbid, names and values by turns. The API serves data only: nothing in its answers may be run,
 * framed or loaded. As helmet says it; it depends on no request, so it is asked once.
 */
export const securityHeaders: readonly string[] = recordHeaders(
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
  }),
);

function recordHeaders(
  step: (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void,
): string[] {
  const headers: string[] = [];
  const recorder = { setHeader: (name: string, value: string) => headers.push(name, value), removeHeader: () => {} };
  let isDone = false;
  // helmet's steps only set and remove headers, and don't wait for anything.
  step({} as IncomingMessage, recorder as unknown as ServerResponse, (error) => {
    if (error) throw error;
    isDone = true;
  });
  if (!isDone) throw new Error('helmet was expected to set its headers at once.');
  return headers;
}
