import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { Op } from 'sequelize';
import type { BookingCopy } from '../domain/booking.ts';
import type { Reminder } from '../domain/reminder.ts';
import { defineModels } from './models.ts';
import { readReminder } from './reminders.ts';

/** A booking as it is kept here, with its reminders. */
export type BookingWithReminders = { readonly booking: BookingCopy; readonly reminders: readonly Reminder[] };

/** Reads what is kept page by page, for comparing. */
export function createReminderCheck({ sequelize }: Database) {
  const { Booking, Reminder } = defineModels(sequelize);
  return {
    /** The next bookings, by id. */
    bookingsAfter: async (id: string, limit: number): Promise<BookingWithReminders[]> => {
      const rows = await Booking.findAll({ where: { id: { [Op.gt]: id } }, order: ['id'], limit });
      const reminders = await Reminder.findAll({ where: { bookingId: rows.map((row) => row.id) } });
      const byBooking = Map.groupBy(reminders.map(readReminder), (reminder) => reminder.bookingId);
      return rows.map((row) => ({
        // `createBookings` writes this column.
        booking: JSON.parse(row.document) as BookingCopy,
        reminders: byBooking.get(row.id) ?? [],
      }));
    },
    /** The versions of those of these bookings that are known here, by id. */
    versionsOf: async (ids: readonly string[]): Promise<Map<string, number>> => {
      const rows = await Booking.findAll({ where: { id: [...ids] }, attributes: ['id', 'version'] });
      return new Map(rows.map((row) => [row.id, Number(row.version)]));
    },
  };
}

export type ReminderCheck = ReturnType<typeof createReminderCheck>;
