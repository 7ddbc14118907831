import {
  joinWaitlistRoute,
  leaveWaitlistRoute,
  listWaitlistRoute,
  type WaitlistEntryDocument,
} from '../bookings/waitlist-routes.ts';
import { exampleBookingId } from './bookings.ts';
import { exampleFlightId } from './flights.ts';
import { publish } from './published-route.ts';

const tag = 'Waitlist';

const exampleEntryId = 'wtl_01k7v6j4k8m2n6p0q4r8s2t6vw';

const entry: WaitlistEntryDocument = {
  id: exampleEntryId,
  flightId: exampleFlightId,
  cabin: 'economy',
  status: 'waiting',
  passengers: [{ type: 'adult', firstName: 'Ada', lastName: 'Lovelace' }],
  contact: { email: 'ada@example.com' },
  bookingId: null,
  offerExpiresAt: null,
  version: 1,
  createdAt: '2026-11-02T09:31:00Z',
  updatedAt: '2026-11-02T09:31:00Z',
};

export const waitlistRoutes = [
  publish(joinWaitlistRoute, {
    tag,
    description:
      'For 1 to 9 passengers, once per flight and cabin. When seats become free, the first party in the line that fits ' +
      'gets them as a pending booking at the fare of that moment, held for `WAITLIST_OFFER_MINUTES` to be paid for; when ' +
      'that lapses, the next. Where enough seats are free now, that happens at once. Who holds as many unpaid seats as ' +
      'anybody may is passed over and keeps the place. Without `contact`, the e-mail address of the account is used.',
    body: {
      flightId: exampleFlightId,
      cabin: 'economy',
      passengers: [{ firstName: 'Ada', lastName: 'Lovelace', type: 'adult' }],
    },
    answer: entry,
  }),
  publish(listWaitlistRoute, {
    tag,
    answer: {
      data: [
        {
          ...entry,
          status: 'offered',
          bookingId: exampleBookingId,
          offerExpiresAt: '2026-11-04T12:30:00Z',
          version: 2,
          updatedAt: '2026-11-04T12:00:00Z',
        },
      ],
      nextCursor: null,
    },
  }),
  publish(leaveWaitlistRoute, {
    tag,
    description: 'An offer is declined by cancelling its booking; then the next party gets the seats.',
    path: { id: exampleEntryId },
  }),
];
