import type { LoopOptions } from '@jetbridge/service-kit/lifecycle/loop.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import type { Bookings } from '../db/bookings.ts';
import type { IdempotencyKeys } from '../db/idempotency-keys.ts';
import type { SalesDesk } from '../sales/sales-desk.ts';
import { expireHolds } from '../use-cases/expire-holds.ts';

type Job = Omit<LoopOptions, 'log'>;

/** Seats of a lapsed hold are on sale again within about this. */
const holdsIdleMs = 500;
const keysIdleMs = 60_000;
const dayMs = 86_400_000;

/** Frees what is held no longer, and forgets keys after their days. */
export function housekeepingJobs(parts: {
  readonly desk: SalesDesk;
  readonly bookings: Bookings;
  readonly keys: IdempotencyKeys;
  readonly clock: Clock;
  readonly idempotencyDays: number;
}): Job[] {
  const { keys, clock, idempotencyDays } = parts;
  return [
    { name: 'expire-holds', idleMs: holdsIdleMs, runOnce: () => expireHolds(parts) },
    { name: 'forget-keys', idleMs: keysIdleMs, runOnce: () => keys.purge(clock.nowMs() - idempotencyDays * dayMs) },
  ];
}
