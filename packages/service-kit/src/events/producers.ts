import { type EventType, events } from '@jetbridge/contracts/events/catalogue.ts';
import type { BackendService } from '../config/service-urls.ts';

/** The services that publish events of a type. */
export function producersOf(type: EventType): readonly BackendService[] {
  const { producer } = events[type];
  return typeof producer === 'string' ? [producer] : producer;
}
