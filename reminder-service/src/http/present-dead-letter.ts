import type { DeadLetter as PublicDeadLetter } from '@jetbridge/contracts/reminders/dead-letter-routes.ts';
import type { DeadLetter } from '@jetbridge/service-kit/events/dead-letters.ts';
import { withoutSecrets } from '@jetbridge/service-kit/log/without-secrets.ts';
import { toInstant } from '@jetbridge/service-kit/time/instants.ts';

/** A longer event is not shown: a page holds 200 of them. The program for dead letters shows it. */
const longestEvent = 32_000;

/** A dead letter as the API shows it: without secrets, should an event ever carry one. */
export function presentDeadLetter(letter: DeadLetter): PublicDeadLetter {
  const { error } = withoutSecrets({ error: letter.error });
  return {
    id: letter.id,
    eventId: letter.eventId,
    type: letter.type,
    error: String(error),
    diedAt: toInstant(letter.deadAtMs),
    replayRequestedAt: letter.replayRequestedAtMs === null ? null : toInstant(letter.replayRequestedAtMs),
    event: readEvent(letter.envelope),
  };
}

function readEvent(envelope: string): Record<string, unknown> | null {
  if (envelope.length > longestEvent) return null;
  try {
    const event: unknown = JSON.parse(envelope);
    return typeof event === 'object' && event !== null && !Array.isArray(event) ? withoutSecrets(event) : null;
  } catch {
    return null;
  }
}
