import { accountRoutes } from './account.ts';
import { afterSaleRoutes } from './after-sale.ts';
import { bookingRoutes } from './bookings.ts';
import { flightRoutes } from './flights.ts';
import { identityRoutes } from './identity.ts';
import type { PublishedRoute } from './published-route.ts';
import { reminderRoutes } from './reminders.ts';
import { reportRoutes } from './reports.ts';
import { systemRoutes } from './system.ts';

/** Every route that a client can call, of all services. What does not stand here is not public. */
export const publicRoutes: readonly PublishedRoute[] = [
  ...identityRoutes,
  ...accountRoutes,
  ...flightRoutes,
  ...bookingRoutes,
  ...afterSaleRoutes,
  ...reportRoutes,
  ...reminderRoutes,
  ...systemRoutes,
];
