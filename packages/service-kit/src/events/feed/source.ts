import { type FeedPage, readFeedEndRoute, readFeedRoute } from '@jetbridge/contracts/events/feed.ts';
import type { BackendService } from '../../config/service-urls.ts';
import type { ServiceClient } from '../../http/service-client.ts';

/** A service's outbox, wherever it is read from. Errors: see `isPositionGone` and `isUnreachable`. */
export type FeedSource = {
  /** @param request.types event types with commas between. */
  readonly read: (request: { after: number; types: string }) => Promise<FeedPage>;
  /** The position after which everything is yet to come. */
  readonly end: () => Promise<number>;
};

/** The feed of another service. */
export function remoteFeed(producer: BackendService, client: ServiceClient): FeedSource {
  const route = readFeedRoute(producer);
  const endRoute = readFeedEndRoute(producer);
  return {
    read: (query) => client.call(route, { query }),
    end: async () => (await client.call(endRoute)).position,
  };
}
