import type { Bookings } from '../db/bookings.ts';
import type { Reminders } from '../db/reminders.ts';
import type { Mail } from '../domain/reminder.ts';

/** Every mail that was, will be or will not be sent to a user, by due time. */
export async function exportReminders(
  { bookings, reminders }: { bookings: Bookings; reminders: Reminders },
  userId: string,
): Promise<Mail[]> {
  const own = await bookings.listOfUser(userId);
  return reminders.listOfUser(
    userId,
    own.map(({ id }) => id),
  );
}
