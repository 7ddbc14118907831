import type { Flight } from '@jetbridge/contracts/flights/schemas.ts';
import type { EventDraft } from '@jetbridge/service-kit/events/outbox.ts';

export function flightScheduled(flight: Flight): EventDraft {
  return { type: 'flight.scheduled', subject: flight.id, data: flight };
}
