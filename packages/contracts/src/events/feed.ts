import { z } from 'zod';
import { queryInteger } from '../http/primitives.ts';
import { defineRoute, type ServiceName } from '../http/route.ts';
import { eventEnvelope } from './envelope.ts';

/** The most events one page of the feed carries. */
export const maximumFeedPage = 200;

export const feedPage = z.object({
  events: z.array(z.object({ position: z.int(), event: eventEnvelope })),
  position: z.int().describe('How far the outbox was read, events of other types included'),
});

export type FeedPage = z.infer<typeof feedPage>;

/** The outbox of a service as others pull it, where no broker carries it: events after a position, oldest first. */
export const readFeedRoute = (service: ServiceName) =>
  defineRoute({
    id: `readFeed_${service}`,
    service,
    method: 'get',
    path: '/internal/events',
    access: 'service',
    summary: 'Events of this service after a position; 0 is the position of one who has never read',
    query: z.strictObject({
      after: queryInteger({ min: 0, max: Number.MAX_SAFE_INTEGER }).default(0),
      limit: queryInteger({ min: 1, max: maximumFeedPage }).default(maximumFeedPage),
      types: z.string().max(2_000),
    }),
    answer: { status: 200, description: 'Events, oldest first', schema: feedPage },
    problems: ['feed_position_gone'],
  });

/** Where the feed of a service ends now, for who wants to hear only what is yet to come. */
export const readFeedEndRoute = (service: ServiceName) =>
  defineRoute({
    id: `readFeedEnd_${service}`,
    service,
    method: 'get',
    path: '/internal/events/end',
    access: 'service',
    summary: 'The position after which the events of this service are yet to come',
    answer: { status: 200, description: 'The present end', schema: z.object({ position: z.int() }) },
    problems: [],
  });
