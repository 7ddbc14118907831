import type { AuditData } from '@jetbridge/contracts/identity/audit.ts';
import type { BackendService } from '../config/service-urls.ts';
import { currentRequestContext, type RequestContext } from '../http/request-context.ts';
import { newId } from '../ids.ts';
import { withoutSecrets } from '../log/without-secrets.ts';
import { toInstant } from '../time/instants.ts';
import type { EventDraft } from './outbox.ts';

/** Something that somebody did, for the audit log. Whom it concerns is told by ids, never by names or addresses. */
export type Deed = {
  /** The user who did it; nothing where no user did. */
  readonly actor: string | undefined;
  /** What was done, in the past: `flight.deleted`. */
  readonly action: `${string}.${string}`;
  readonly target: { readonly type: string; readonly id: string } | undefined;
  /** What was, and is, different; without secrets, which are masked here once more. */
  readonly before?: object;
  readonly after?: object;
};

/** More than that of what was and is, in characters of JSON, is left out. */
const longestFacts = 16_000;

/**
 * A deed as the audit log takes it: with an id, the time, and where the request came from.
 * @param context of the request, where that is not the one at work; null: of none.
 */
export function describeDeed(
  service: BackendService,
  { actor, action, target, before, after }: Deed,
  context: RequestContext | null | undefined = currentRequestContext(),
): AuditData {
  return {
    id: newId('aud'),
    at: toInstant(Date.now()),
    service,
    actor: actor ?? null,
    action,
    targetType: target?.type ?? null,
    target: target?.id ?? null,
    before: factsOf(before),
    after: factsOf(after),
    requestId: context?.requestId ?? null,
    address: context?.address ?? null,
    version: 1,
  };
}

/** Tells the audit log of a deed; to be appended in the transaction of what was done. */
export function auditRecorded(service: BackendService, deed: Deed, context?: RequestContext | null): EventDraft {
  const data = describeDeed(service, deed, context);
  return {
    type: 'audit.recorded',
    subject: data.id,
    data,
    ...(data.requestId === null ? {} : { requestId: data.requestId }),
  };
}

function factsOf(facts: object | undefined): Record<string, unknown> | null {
  if (!facts) return null;
  const safe = withoutSecrets(facts);
  return JSON.stringify(safe).length <= longestFacts ? safe : { leftOut: 'too long' };
}
