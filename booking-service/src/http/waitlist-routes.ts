import {
  joinWaitlistRoute,
  leaveWaitlistRoute,
  listWaitlistRoute,
} from '@jetbridge/contracts/bookings/waitlist-routes.ts';
import { type BoundRoute, bindRoute } from '@jetbridge/service-kit/http/app.ts';
import type { Bookings } from '../bookings/db/bookings.ts';
import type { Waitlist } from '../waitlist/db/waitlist.ts';
import { presentWaitlistEntry } from '../waitlist/presenters/present-waitlist-entry.ts';
import { type JoinWaitlistParts, joinWaitlist } from '../waitlist/use-cases/join-waitlist.ts';
import { leaveWaitlist } from '../waitlist/use-cases/leave-waitlist.ts';
import { listWaitlist } from '../waitlist/use-cases/list-waitlist.ts';
import { askerOf } from './asker.ts';

/** What customers do where a flight is sold out. */
export function waitlistRoutes(
  parts: JoinWaitlistParts & { readonly waitlist: Waitlist; readonly bookings: Bookings },
): BoundRoute[] {
  return [
    bindRoute(joinWaitlistRoute, (request) => joinWaitlist(parts, askerOf('POST /waitlist', request), request.body)),
    bindRoute(listWaitlistRoute, async ({ caller, query }) => {
      const { data, nextCursor } = await listWaitlist(parts.waitlist, caller.userId, query);
      return { body: { data: data.map(presentWaitlistEntry), nextCursor } };
    }),
    bindRoute(leaveWaitlistRoute, async ({ caller, params }) => {
      await leaveWaitlist(parts, { userId: caller.userId, entryId: params.id ?? '' });
      return { body: undefined };
    }),
  ];
}
