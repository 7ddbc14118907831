import type { WrittenAnswer } from '@jetbridge/service-kit/http/app.ts';
import { currentRequestContext } from '@jetbridge/service-kit/http/request-context.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import { BookingError } from '../../domain/errors.ts';
import type { Answers } from '../desk/answers.ts';
import type { DeskReply, DeskRequest, Kept, KeyClaim } from '../desk/desk-request.ts';
import type { SalesDesk } from '../desk/sales-desk.ts';
import { refusing } from '../operations/refuse.ts';
import { askAnew } from './ask-anew.ts';

/** Who asks, under which key if any. */
export type Asker = {
  readonly userId: string;
  readonly requestId: string;
  readonly idempotency: { readonly key: string; readonly fingerprint: string } | undefined;
};

/** An answer to a request that may be repeated. */
export type KeyedReply = { readonly written: WrittenAnswer; readonly replayed: boolean };

type Parts = { readonly desk: SalesDesk; readonly answers: Answers; readonly clock: Clock };

/** What is to be asked, but for who asks and under which key. */
type DeskQuestion<Outcome> = Pick<DeskRequest<Outcome>, 'needs' | 'decide' | 'afterOffers'>;

function askUnderKey<Outcome>(
  { desk, answers, clock }: Parts,
  asker: Asker,
  request: DeskQuestion<Outcome>,
  keep: (outcome: Outcome) => Kept,
): Promise<DeskReply<Outcome>> {
  const claim = claimOf(asker);
  const address = currentRequestContext()?.address;
  const by = { who: { account: asker.userId }, requestId: asker.requestId, address };
  if (!claim) return desk.ask({ ...request, by });
  return desk.ask({ ...request, by, idempotency: { claim, keep, nowMs: clock.nowMs(), refuse: answers.refused } });
}

/**
 * Asks the desk what was prepared. What refuses before the desk is asked is kept under the key as well; where the key was
 * used before, the answer of then goes before it.
 * @param keep what is kept under the key when the desk has decided.
 */
export async function prepareAndAsk<Outcome>(
  parts: Parts,
  asker: Asker,
  prepare: () => Promise<DeskQuestion<Outcome>>,
  keep: (outcome: Outcome) => Kept,
): Promise<DeskReply<Outcome>> {
  return askAnew(async () => {
    const request = await prepare().catch((error: unknown) => {
      if (error instanceof BookingError && asker.idempotency) return refusing(error);
      throw error;
    });
    return askUnderKey<Outcome>(parts, asker, request, keep);
  });
}

function claimOf({ userId, requestId, idempotency }: Asker): KeyClaim | undefined {
  return idempotency && { userId, requestId, ...idempotency };
}

/** What the desk made of a request without a key of its own, which is never a replay. */
export function decided<Outcome>(reply: DeskReply<Outcome>): Outcome {
  if (reply.kind === 'decided') return reply.outcome;
  throw new Error('A request without a key can not be a replay.');
}
