import type { BroadcastHandlers } from '@jetbridge/service-kit/events/broadcast.ts';
import type { ReferenceData } from '../db/reference-data.ts';
import type { ScheduleKeeper } from '../use-cases/keep-schedule.ts';

/** What each process does with events to keep its memory current. Flights are read anew: an event may be an old one. */
export function scheduleHandlers(keeper: ScheduleKeeper, reference: ReferenceData): BroadcastHandlers {
  return {
    'inventory.changed': ({ data }) => keeper.hearOfSeats(data),
    'flight.scheduled': ({ data }) => keeper.refresh([data.id]),
    'flight.updated': ({ data }) => keeper.refresh([data.id]),
    'flight.cancelled': ({ data }) => keeper.refresh([data.id]),
    'catalogue.changed': () => reference.reload(),
    'schedule.imported': () => keeper.catchUp(),
  };
}
