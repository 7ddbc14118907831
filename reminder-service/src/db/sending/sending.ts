import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { createSendLimiter, type SendLimits } from '../send-limits.ts';
import { createAttempts } from './attempts.ts';
import { createClaims } from './claims.ts';
import { createSettlements } from './settlements.ts';

/** The rows of reminders on their way out: claimed by a lease, tried, settled. */
export type Sending = ReturnType<typeof createSending>;

/** @param limits without any, as many go out as are due. */
export function createSending(database: Database, limits: SendLimits = noLimits) {
  const limiter = createSendLimiter(database, limits);
  return {
    ...createClaims(database, limiter),
    ...createAttempts(database, limiter),
    ...createSettlements(database, limiter),
  };
}

const noLimits: SendLimits = { perSecond: 0, perRecipientPerHour: 0 };
