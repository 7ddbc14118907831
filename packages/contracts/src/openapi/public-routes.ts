import { accountRoutes } from './account.ts';
import { afterSaleRoutes } from './after-sale.ts';
import { bookingRoutes } from './bookings.ts';
import { catalogueRoutes } from './catalogue.ts';
import { documentRoutes } from './documents.ts';
import { flightRoutes } from './flights.ts';
import { identityRoutes } from './identity.ts';
import type { PublishedRoute } from './published-route.ts';
import { reminderRoutes } from './reminders.ts';
import { reportRoutes } from './reports.ts';
import { staffRoutes } from './staff.ts';
import { systemRoutes } from './system.ts';
import { waitlistRoutes } from './waitlist.ts';

/** Every route that a client can call, of all services. What does not stand here is not public. */
export const publicRoutes: readonly PublishedRoute[] = [
  ...identityRoutes,
  ...accountRoutes,
  ...staffRoutes,
  ...flightRoutes,
  ...catalogueRoutes,
  ...bookingRoutes,
  ...afterSaleRoutes,
  ...documentRoutes,
  ...waitlistRoutes,
  ...reportRoutes,
  ...reminderRoutes,
  ...systemRoutes,
];
