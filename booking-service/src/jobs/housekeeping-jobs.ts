import type { LoopOptions } from '@jetbridge/service-kit/lifecycle/loop.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import type { Bookings } from '../db/bookings.ts';
import type { DeletedUsers } from '../db/deleted-users.ts';
import type { IdempotencyKeys } from '../db/idempotency-keys.ts';
import type { LookupAttempts } from '../db/lookup-attempts.ts';
import type { SalesDesk } from '../sales/sales-desk.ts';
import { eraseDeletedUsers } from '../use-cases/erase-deleted-users.ts';
import { expireHolds } from '../use-cases/expire-holds.ts';
import { triesWindowMs } from '../use-cases/look-up-booking.ts';

type Job = Omit<LoopOptions, 'log'>;

/** Seats of a lapsed hold are on sale again within about this. */
const holdsIdleMs = 500;
const keysIdleMs = 60_000;
const triesIdleMs = 60_000;
const eraseIdleMs = 5_000;
const dayMs = 86_400_000;

/** Frees what is held no longer, erases users who left, and forgets keys after their days and tries to look bookings up after their window. */
export function housekeepingJobs(parts: {
  readonly desk: SalesDesk;
  readonly bookings: Bookings;
  readonly keys: IdempotencyKeys;
  readonly lookupAttempts: LookupAttempts;
  readonly deletedUsers: DeletedUsers;
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
