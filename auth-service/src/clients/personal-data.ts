import { exportBookingsRoute } from '@jetbridge/contracts/bookings/internal.ts';
import type { PersonalData } from '@jetbridge/contracts/identity/account-routes.ts';
import { exportRemindersRoute } from '@jetbridge/contracts/reminders/internal.ts';
import { serviceUnavailable } from '@jetbridge/service-kit/http/problems.ts';
import type { ServiceClient } from '@jetbridge/service-kit/http/service-client.ts';

/** Asks the other services for everything that they hold on a user. @throws HttpProblem 503 unless all of them answer. */
export type AskPersonalData = (
  userId: string,
) => Promise<Pick<PersonalData, 'bookings' | 'waitlist' | 'reminders' | 'notificationPreferences'>>;

/** flight-search-service is not asked: it holds nothing on anybody. */
export function createPersonalDataQuestion(clients: {
  bookings: ServiceClient;
  reminders: ServiceClient;
}): AskPersonalData {
  return async (userId) => {
    const params = { id: userId };
    try {
      const [{ bookings, waitlist }, { reminders, preferences }] = await Promise.all([
        clients.bookings.call(exportBookingsRoute, { params }),
        clients.reminders.call(exportRemindersRoute, { params }),
      ]);
      return { bookings, waitlist, reminders, notificationPreferences: preferences };
    } catch (cause) {
      // A part would look like all of it.
      throw serviceUnavailable({ effect: 'none', cause });
    }
  };
}
