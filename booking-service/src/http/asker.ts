import { hash } from 'node:crypto';
import type { Caller } from '@jetbridge/service-kit/auth/caller.ts';
import { readIdempotencyKey } from '@jetbridge/service-kit/http/idempotency-key.ts';
import type { Asker } from '../sales/use-cases/keyed-request.ts';

/**
 * Who makes a request that may be repeated, and under which key. The body is the parsed one, so that white space and the
 * order of its fields make no difference. @throws HttpProblem 400 for a malformed key.
 */
export function askerOf(
  action: `${'POST'} ${string}`,
  request: {
    readonly caller: Caller;
    readonly body: unknown;
    readonly requestId: string;
    readonly header: (name: string) => string | undefined;
  },
): Asker {
  const { caller, requestId, header } = request;
  const key = readIdempotencyKey(header);
  const idempotency = key === undefined ? undefined : { key, fingerprint: fingerprintOf(action, request.body) };
  return { userId: caller.userId, requestId, idempotency };
}

const fingerprintOf = (action: string, body: unknown) =>
  hash('sha256', `${action}\n${JSON.stringify(body ?? null)}`, 'base64url');
