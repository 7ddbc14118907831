import { HttpProblem } from '@jetbridge/service-kit/http/problems.ts';

/** A service that we waited for in vain. */
export class UpstreamTimeout extends Error {
  override readonly name = 'UpstreamTimeout';
}

/** The instance was found to be down while a read waited for its answer, and another one is well. */
export class InstanceFell extends Error {
  override readonly name = 'InstanceFell';
}

/** Whether repeating a request can do no harm (RFC 9110, section 9.2.1, those we have). */
const harmless = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/**
 * The answer to a request that its service did not answer. A write is told its effect: `none` only if no byte of it can
 * have reached the service, because there was no connection or nothing was written yet; `unknown` otherwise.
 */
export function problemOfFailure(failure: { error: unknown; method: string; mayHaveArrived: boolean }): HttpProblem {
  const { error, method, mayHaveArrived } = failure;
  const effect = mayHaveArrived ? 'unknown' : 'none';
  return new HttpProblem({
    ...(mayHaveArrived ? describeBroken(error) : unavailable),
    facts: harmless.has(method) ? {} : { effect },
    headers: { 'Retry-After': '2' },
    cause: error,
  });
}

const unavailable = {
  status: 503,
  code: 'service_unavailable',
  detail: 'The service for this address is not available at the moment. Try again shortly.',
};

function describeBroken(error: unknown): { status: number; code: string; detail: string } {
  if (error instanceof UpstreamTimeout) {
    return { status: 504, code: 'gateway_timeout', detail: 'The service for this address did not answer in time.' };
  }
  return { status: 502, code: 'bad_gateway', detail: 'The service for this address broke off without an answer.' };
}
