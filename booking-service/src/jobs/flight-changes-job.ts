import type { LoopOptions } from '@jetbridge/service-kit/lifecycle/loop.ts';
import { type CarryFlightChangesParts, carryFlightChanges } from '../flights/use-cases/carry-flight-changes.ts';

/** How long a changed flight may wait before its bookings are looked at, when nothing else is going on. */
const idleMs = 500;

/** Carries changes of flights into their bookings, in the background. */
export function flightChangesJob(parts: CarryFlightChangesParts): Omit<LoopOptions, 'log'> {
  return { name: 'flight-changes', runOnce: () => carryFlightChanges(parts), idleMs };
}
