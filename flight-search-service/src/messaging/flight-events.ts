import type { Flight } from '@jetbridge/contracts/flights/schemas.ts';
import type { EventDraft } from '@jetbridge/service-kit/events/outbox.ts';

export function flightScheduled(flight: Flight): EventDraft {
  return { type: 'flight.scheduled', subject: flight.id, data: flight };
}

export function flightUpdated(flight: Flight): EventDraft {
  return { type: 'flight.updated', subject: flight.id, data: flight };
}

/** Also for a flight that was taken out of the schedule: nobody can fly with it any more. */
export function flightCancelled(flight: Flight): EventDraft {
  return { type: 'flight.cancelled', subject: flight.id, data: flight };
}
