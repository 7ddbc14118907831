import {
  changeOwnPasswordRoute,
  changeOwnProfileRoute,
  deleteOwnAccountRoute,
  endOwnSessionRoute,
  exportOwnDataRoute,
  listOwnSessionsRoute,
  readOwnProfileRoute,
  requestEmailVerificationRoute,
  type Session,
} from '../identity/account-routes.ts';
import { exampleBooking } from './bookings.ts';
import { exampleUser } from './identity.ts';
import { publish } from './published-route.ts';
import { examplePreferences, exampleReminder } from './reminders.ts';

const tag = 'Your account';

const session: Session = {
  id: 'ses_01k7v4m2f0r5t1y6x2w7z3a4bd',
  current: true,
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  address: '203.0.113.7',
  createdAt: '2026-11-02T09:30:00Z',
  lastUsedAt: '2026-11-02T11:04:00Z',
  expiresAt: '2027-01-31T09:30:00Z',
};

export const accountRoutes = [
  publish(readOwnProfileRoute, { tag, answer: exampleUser }),
  publish(changeOwnProfileRoute, {
    tag,
    description:
      'Another e-mail address needs the present password; it is to be confirmed, for which a mail goes there.',
    body: { name: 'Ada King' },
    answer: { ...exampleUser, name: 'Ada King', version: 2 },
  }),
  publish(changeOwnPasswordRoute, {
    tag,
    description:
      'Your other sessions end at once. All access tokens are outdated within five seconds, the one that you ask with ' +
      'too: refresh it, and your session goes on.',
    body: { currentPassword: 'correct horse battery', newPassword: 'staple battery horse' },
  }),
  publish(requestEmailVerificationRoute, { tag }),
  publish(listOwnSessionsRoute, { tag, answer: { data: [session], nextCursor: null } }),
  publish(endOwnSessionRoute, {
    tag,
    description: 'Its refresh token is good for nothing at once, its access token within five seconds.',
    path: { id: session.id },
  }),
  publish(exportOwnDataRoute, {
    tag,
    answer: {
      exportedAt: '2026-11-02T11:05:00Z',
      account: { user: exampleUser, sessions: [session], emailVerifiedAt: null, activity: [] },
      bookings: [{ ...exampleBooking, history: [] }],
      waitlist: [],
      reminders: [exampleReminder],
      notificationPreferences: examplePreferences,
    },
  }),
  publish(deleteOwnAccountRoute, {
    tag,
    description:
      'You are signed out everywhere at once. Bookings stay in the books, without your name and address once their ' +
      'flights have left.',
  }),
];
