import type { LoopOptions } from '@jetbridge/service-kit/lifecycle/loop.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import type { Bookings } from '../bookings/db/bookings.ts';
import type { DeletedUsers } from '../bookings/db/deleted-users.ts';
import type { LookupAttempts } from '../bookings/db/lookup-attempts.ts';
import { eraseDeletedUsers } from '../bookings/use-cases/erase-deleted-users.ts';
import { triesWindowMs } from '../bookings/use-cases/look-up-booking.ts';
import type { IdempotencyKeys } from '../sales/db/idempotency-keys.ts';
import type { SalesDesk } from '../sales/desk/sales-desk.ts';
import { expireHolds } from '../sales/use-cases/expire-holds.ts';
import type { Waitlist } from '../waitlist/db/waitlist.ts';

type Job = Omit<LoopOptions, 'log'>;

/** Seats of a lapsed hold are on sale again within about this. */
const holdsIdleMs = 500;
const keysIdleMs = 60_000;
const triesIdleMs = 60_000;
const eraseIdleMs = 5_000;
const dayMs = 86_400_000;

/**
 * Frees what is held no longer, erases users who left, and forgets keys after their days and tries to look bookings up
 * after their window.
 */
export function housekeepingJobs(parts: {
  readonly desk: SalesDesk;
  readonly bookings: Bookings;
  readonly keys: IdempotencyKeys;
  readonly lookupAttempts: LookupAttempts;
  readonly deletedUsers: DeletedUsers;
  readonly waitlist: Waitlist;
  readonly clock: Clock;
  readonly idempotencyDays: number;
}): Job[] {
  const { keys, lookupAttempts, clock, idempotencyDays } = parts;
  return [
    { name: 'expire-holds', idleMs: holdsIdleMs, runOnce: () => expireHolds(parts) },
    { name: 'forget-keys', idleMs: keysIdleMs, runOnce: () => keys.purge(clock.nowMs() - idempotencyDays * dayMs) },
    { name: 'erase-deleted-users', idleMs: eraseIdleMs, runOnce: () => eraseDeletedUsers(parts) },
    { name: 'forget-tries', idleMs: triesIdleMs, runOnce: () => lookupAttempts.purge(Date.now() - triesWindowMs) },
  ];
}
