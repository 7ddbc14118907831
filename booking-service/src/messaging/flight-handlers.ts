import type { WorkHandlers } from '@jetbridge/service-kit/events/receive.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import { type FollowFlightParts, followFlight } from '../flights/use-cases/follow-flight.ts';

/** Follows what flight-search-service makes of its flights. */
export function flightHandlers(
  parts: FollowFlightParts,
  clock: Clock,
): Omit<WorkHandlers<'booking-service'>, 'user.deleted'> {
  const follow: WorkHandlers<'booking-service'>['flight.updated'] = ({ data }, tx) =>
    followFlight(parts, data, clock.nowMs(), tx);
  return { 'flight.updated': follow, 'flight.cancelled': follow };
}
